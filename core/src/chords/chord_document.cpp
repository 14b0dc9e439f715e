#include "chords/chord_document.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/json_fields.h"
#include "base/text.h"
#include "divisi/audio.h"

namespace divisi::chords {
namespace {

constexpr size_t kMaxLabels = 255;
constexpr size_t kMaxLayers = 16;
constexpr double kMaxScale = 1e6;

Status readFrontEnd(const Json& object, ChordDocument& document) {
  JsonFields fields(object, "divisi.task: frontEnd.");
  const std::string type = fields.text("type");
  audio::ConstantQOptions& constantQ = document.constantQ;
  constantQ.hop = fields.integer("hop", 2, 65536);
  constantQ.minHz = fields.number("minHz", 1, 20000);
  constantQ.octaves = fields.integer("octaves", 2, 10);
  constantQ.binsPerOctave = fields.integer("binsPerOctave", 12, 96);
  const std::vector<int64_t> harmonics = fields.integers("harmonics", 0, 1, 64);
  document.features.rangeDb = static_cast<float>(fields.number("rangeDb", 1, 200));
  const std::vector<double> scale = fields.numbers("scale");
  const std::vector<double> offset = fields.numbers("offset");
  if (!fields.status().ok()) return fields.status();
  if (type != "constant-q") {
    return unsupported("divisi.task: frontEnd.type " + quote(type) +
                       "; this build knows 'constant-q'");
  }
  if (harmonics != std::vector<int64_t>{1, 2}) {
    return unsupported("divisi.task: frontEnd.harmonics must be [1, 2], got " +
                       excerpt(object["harmonics"]));
  }
  for (const auto& [name, values] : {std::pair{"scale", &scale}, std::pair{"offset", &offset}}) {
    const bool fits = values->size() == 2 && std::ranges::all_of(*values, [](double value) {
                        return value >= -kMaxScale && value <= kMaxScale;
                      });
    if (!fits) {
      return badTask("frontEnd." + std::string(name) +
                     " must be two numbers, one for each harmonic, got " + excerpt(object[name]));
    }
  }
  for (size_t i = 0; i < 2; ++i) {
    document.features.scale[i] = static_cast<float>(scale[i]);
    document.features.offset[i] = static_cast<float>(offset[i]);
  }
  return fields.end();
}

Status readLayers(const Json& list, ChordDocument& document) {
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string where = "layers[" + std::to_string(i) + "]";
    if (!list[i].is_object()) return badTask(where + " must be an object, got " + excerpt(list[i]));
    JsonFields fields(list[i], "divisi.task: " + where + ".");
    document.layers.push_back(
        {.forward = fields.text("forward"), .backward = fields.text("backward")});
    if (Status status = fields.end(); !status.ok()) return status;
  }
  return {};
}

Status readLabels(JsonFields& fields, ChordDocument& document) {
  document.labels = fields.texts("labels");
  const std::string noChord = fields.text("noChord");
  if (!fields.status().ok()) return fields.status();
  if (document.labels.empty() || document.labels.size() > kMaxLabels) {
    return badTask("labels must be 1 to " + std::to_string(kMaxLabels) + " names, got " +
                   std::to_string(document.labels.size()));
  }
  std::set<std::string_view> names;
  for (const std::string& label : document.labels) {
    if (!names.insert(label).second) return badTask("label " + quote(label) + " is named twice");
  }
  const auto found = std::ranges::find(document.labels, noChord);
  if (found == document.labels.end()) {
    return badTask("noChord must be one of the labels, got " + quote(noChord));
  }
  document.noChord = static_cast<size_t>(found - document.labels.begin());
  return {};
}

}  // namespace

Result<ChordDocument> parseChordDocument(std::string_view json) {
  const Result<Json> parsed = parseObject(json, "divisi.task");
  if (!parsed.ok()) return parsed.status();
  if (Status status = checkVersion(parsed.value(), "divisi.task"); !status.ok()) return status;
  ChordDocument document;
  JsonFields fields(parsed.value(), "divisi.task: ");
  fields.ignore("version");
  const std::string kind = fields.text("task");
  if (!fields.status().ok()) return fields.status();
  if (kind != "chords") return badTask("expected a chord model, got task " + quote(kind));
  document.constantQ.sampleRate = fields.integer("sampleRate", kMinSampleRate, kMaxSampleRate);
  const int channels = fields.integer("channels", 1, 64);
  const Json& frontEnd = fields.object("frontEnd");
  JsonFields chunking(fields.object("chunking"), "divisi.task: chunking.");
  JsonFields outputs(fields.object("outputs"), "divisi.task: outputs.");
  JsonFields decoding(fields.object("decoding"), "divisi.task: decoding.");
  document.front = fields.text("front");
  const Json& layers = fields.list("layers", kMaxLayers);
  if (!fields.status().ok()) return fields.status();
  if (channels != 1) {
    return unsupported("divisi.task: a network of " + std::to_string(channels) +
                       " channels; this build hears chords in mono");
  }
  document.frames = static_cast<size_t>(chunking.integer("frames", 1, 65536));
  document.context = static_cast<size_t>(chunking.integer("contextFrames", 0, 1024));
  document.chords = outputs.text("chords");
  document.bass = outputs.text("bass");
  document.stay = decoding.number("stay", 1e-9, 1);
  document.change = decoding.number("change", 1e-9, 1);
  for (JsonFields* each : {&chunking, &outputs, &decoding}) {
    if (Status status = each->end(); !status.ok()) return status;
  }
  if (Status status = readFrontEnd(frontEnd, document); !status.ok()) return status;
  if (Status status = readLayers(layers, document); !status.ok()) return status;
  if (Status status = readLabels(fields, document); !status.ok()) return status;
  if (Status status = fields.end(); !status.ok()) return status;
  return document;
}

}  // namespace divisi::chords
