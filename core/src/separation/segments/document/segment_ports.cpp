#include "separation/segments/document/segment_ports.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.h"
#include "nn/graph/shape.h"

namespace divisi::separation {
namespace {

int64_t& sizeOf(SegmentPort& port, Axis axis) { return port.sizes[static_cast<size_t>(axis)]; }

/// The axes that a value needs, and those that it may have, of all but `channels` and `stems`.
Status checkAxes(const SegmentPort& port, const std::string& where) {
  const bool isWaveform = port.value == PortValue::kWaveform;
  const auto check = [&](Axis axis, bool needed, bool allowed) -> Status {
    const bool has = port.layout.has(axis);
    if (needed && !has) {
      return badTask(where + "layout " + quote(port.layout.text()) + " lacks " +
                     quote(wordOf(axis)));
    }
    if (!allowed && has) {
      return badTask(where + "layout " + quote(port.layout.text()) + " has " + quote(wordOf(axis)) +
                     ", which its value has not");
    }
    return {};
  };
  const bool hasParts = port.value == PortValue::kSpectrum;
  for (const Status& status :
       {check(Axis::kFrames, isWaveform, isWaveform),
        check(Axis::kColumns, !isWaveform, !isWaveform),
        check(Axis::kBins, !isWaveform, !isWaveform),
        check(Axis::kParts, hasParts, hasParts || port.value == PortValue::kMask)}) {
    if (!status.ok()) return status;
  }
  return {};
}

class PortReader {
 public:
  PortReader(const Json& stft, SegmentDocument& task) : stft_(stft), task_(task) {}

  Status read(const Json& list, bool isOutput, std::vector<SegmentPort>& ports) {
    for (size_t i = 0; i < list.size(); ++i) {
      const std::string entry = (isOutput ? "outputs[" : "inputs[") + std::to_string(i) + "]";
      if (!list[i].is_object()) return badTask(entry + " must be an object");
      const std::string where = entry + ".";
      SegmentPort port;
      if (Status status = readOne(list[i], where, isOutput, port); !status.ok()) return status;
      for (const SegmentPort& other : ports) {
        if (other.name == port.name) return badTask(where + "name " + quote(port.name) + " again");
      }
      ports.push_back(std::move(port));
    }
    return {};
  }

 private:
  Status readOne(const Json& object, const std::string& where, bool isOutput, SegmentPort& port) {
    JsonFields fields(object, "divisi.task: " + where);
    port.name = fields.text("name");
    port.value = isOutput ? choiceOf<PortValue>(fields, object, "value",
                                                {{"waveform", PortValue::kWaveform},
                                                 {"spectrum", PortValue::kSpectrum},
                                                 {"magnitude", PortValue::kMagnitude},
                                                 {"mask", PortValue::kMask}})
                          : choiceOf<PortValue>(fields, object, "value",
                                                {{"waveform", PortValue::kWaveform},
                                                 {"spectrum", PortValue::kSpectrum},
                                                 {"magnitude", PortValue::kMagnitude}});
    const std::string text = fields.text("layout");
    if (!fields.status().ok()) return fields.status();
    auto layout = Layout::parse(text);
    if (!layout.ok()) return badTask(where + layout.status().message());
    port.layout = std::move(layout.value());
    if (Status status = checkAxes(port, where); !status.ok()) return status;
    if (port.value != PortValue::kWaveform) {
      if (!task_.transform) return badTask(where + "value takes the member stft");
      readBins(fields, object, port);
    }
    sizeOf(port, Axis::kFrames) = task_.segments.heard();
    sizeOf(port, Axis::kChannels) = task_.channels;
    sizeOf(port, Axis::kParts) = 2;
    if (task_.channels == 2 && !port.layout.has(Axis::kChannels)) {
      return badTask(where + "layout " + quote(text) + " lacks 'channels', of which there are 2");
    }
    if (isOutput) {
      if (fields.has("gain")) port.gain = static_cast<float>(fields.number("gain", -1e3, 1e3));
      if (Status status = readStems(fields, object, where, port); !status.ok()) return status;
    } else if (port.layout.has(Axis::kStems)) {
      return badTask(where + "layout " + quote(text) + " has 'stems', which an input has not");
    }
    if (Status status = fields.end(); !status.ok()) return status;
    if (!nn::product(port.layout.shape(port.sizes))) {
      return badTask(where + "layout " + quote(text) + " makes too large a shape " +
                     nn::shapeText(port.layout.shape(port.sizes)));
    }
    return {};
  }

  void readBins(JsonFields& fields, const Json& object, SegmentPort& port) {
    const int64_t all = task_.transform->fftSize / 2 + 1;
    JsonFields common(stft_, "divisi.task: stft.");
    // The port's own, or what all have.
    const bool own = object.contains("bins");
    JsonFields& from = own ? fields : common;
    if (from.has("firstBin")) port.firstBin = from.integer<int64_t>("firstBin", 0, all - 1);
    sizeOf(port, Axis::kBins) = from.integer<int64_t>("bins", 1, all - port.firstBin);
    if (own) fields.ignore("firstBin");
    fields.ignore("bins");
    fields.fail(common.status());
    sizeOf(port, Axis::kColumns) = task_.transform->columns;
  }

  Status readStems(JsonFields& fields, const Json& object, const std::string& where,
                   SegmentPort& port) {
    const bool hasAxis = port.layout.has(Axis::kStems);
    if (!fields.has("stems")) {
      if (!hasAxis) return badTask(where + "stems is missing: its layout has no such axis");
      for (size_t stem = 0; stem < task_.stems.size(); ++stem) port.stems.emplace_back(stem);
    } else {
      const Json& list = fields.list("stems", 64);
      if (!hasAxis && list.size() != 1) {
        return badTask(where + "stems must be one name where the layout has no such axis, got " +
                       excerpt(object.at("stems")));
      }
      for (const Json& name : list) {
        if (Status status = addStem(name, where, port); !status.ok()) return status;
      }
    }
    sizeOf(port, Axis::kStems) = static_cast<int64_t>(port.stems.size());
    return {};
  }

  Status addStem(const Json& name, const std::string& where, SegmentPort& port) const {
    if (name.is_null()) {
      port.stems.emplace_back();
      return {};
    }
    if (!name.is_string()) return badTask(where + "stems must hold names, got " + excerpt(name));
    const auto found = std::ranges::find(task_.stems, name.get_ref<const std::string&>());
    if (found == task_.stems.end()) {
      return badTask(where + "stems: " + quote(name.get_ref<const std::string&>()) +
                     " is no stem of the model");
    }
    const auto stem = static_cast<size_t>(found - task_.stems.begin());
    if (std::ranges::find(port.stems, std::optional(stem)) != port.stems.end()) {
      return badTask(where + "stems: " + quote(*found) + " twice");
    }
    port.stems.emplace_back(stem);
    return {};
  }

  const Json& stft_;
  SegmentDocument& task_;
};

}  // namespace

Status readPorts(const Json& inputs, const Json& outputs, const Json& stft, SegmentDocument& task) {
  PortReader reader(stft, task);
  if (Status status = reader.read(inputs, false, task.inputs); !status.ok()) {
    return status;
  }
  return reader.read(outputs, true, task.outputs);
}

}  // namespace divisi::separation
