#include "separation/segments/document/segment_document.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json_fields.h"
#include "base/text.h"
#include "divisi/audio.h"
#include "separation/segments/document/segment_ports.h"

namespace divisi::separation {
namespace {

// Six minutes at 44.1 kHz, and a spectrum of 256 MiB: bounds every buffer, also where sizes have 32
// bits.
constexpr int64_t kMaxFrames = int64_t{1} << 24;
constexpr int64_t kMaxBins = int64_t{1} << 24;

Segmenting readSegments(const Json& object, JsonFields& parent) {
  JsonFields fields(object, "divisi.task: segments.");
  Segmenting segments;
  segments.frames = fields.integer<int64_t>("frames", 1, kMaxFrames);
  segments.hop = fields.integer<int64_t>("hopFrames", 1, std::max<int64_t>(segments.frames, 1));
  segments.defaultHop = segments.hop;
  if (fields.has("defaultHopFrames")) {
    segments.defaultHop =
        fields.integer<int64_t>("defaultHopFrames", 1, std::max<int64_t>(segments.frames, 1));
  }
  if (fields.has("leadFrames")) {
    segments.lead = fields.integer<int64_t>("leadFrames", 0, segments.frames - 1);
  }
  if (fields.has("marginFrames")) {
    segments.margin = fields.integer<int64_t>("marginFrames", 0, kMaxFrames / 4);
  }
  segments.join = choiceOf<JoinWeights>(fields, object, "join",
                                        {{"triangular", JoinWeights::kTriangular},
                                         {"hann", JoinWeights::kHann},
                                         {"none", JoinWeights::kEqual}});
  segments.end = choiceOf<SongEnd>(
      fields, object, "end",
      {{"zeros", SongEnd::kZeros}, {"moved", SongEnd::kMoved}, {"centred", SongEnd::kCentred}});
  parent.fail(fields.end());
  return segments;
}

Normalisation readNormalisation(const Json& object, JsonFields& parent) {
  JsonFields fields(object, "divisi.task: normalisation.");
  Normalisation result;
  result.overSong = choiceOf<bool>(fields, object, "over", {{"song", true}, {"segment", false}});
  result.mean = choiceOf<MeanUse>(
      fields, object, "mean",
      {{"kept", MeanUse::kKept}, {"removed", MeanUse::kRemoved}, {"restored", MeanUse::kRestored}});
  result.scale = choiceOf<LevelKind::Scale>(fields, object, "scale",
                                            {{"none", LevelKind::Scale::kNone},
                                             {"deviation", LevelKind::Scale::kDeviation},
                                             {"peak", LevelKind::Scale::kPeak}});
  if (fields.has("epsilon")) result.epsilon = fields.number("epsilon", 0, 1);
  if (fields.has("target")) result.target = fields.number("target", 1e-3, 1e3);
  parent.fail(fields.end());
  return result;
}

audio::SegmentTransformOptions readTransform(const Json& object, const Segmenting& segments,
                                             SegmentDocument& task, JsonFields& parent) {
  JsonFields fields(object, "divisi.task: stft.");
  audio::SegmentTransformOptions options;
  options.frames = segments.heard();
  options.fftSize = fields.integer("fftSize", 16, 65536);
  options.window = choiceOf<audio::Window>(fields, object, "window",
                                           {{"hann", audio::Window::kHann},
                                            {"hamming", audio::Window::kHamming},
                                            {"rectangular", audio::Window::kRectangular}});
  options.windowSize = options.fftSize;
  if (fields.has("windowSize"))
    options.windowSize = fields.integer("windowSize", 2, options.fftSize);
  options.hop = fields.integer("hop", 1, options.windowSize);
  options.columns = fields.integer<int64_t>("columns", 1, 65536);
  options.leadFrames = fields.integer<int64_t>("leadFrames", 0, options.fftSize);
  if (fields.has("scale")) {
    options.scaledByRoot =
        choiceOf<bool>(fields, object, "scale", {{"none", false}, {"root", true}});
  }
  options.reflects =
      choiceOf<bool>(fields, object, "padding", {{"reflect", true}, {"zeros", false}});
  if (fields.has("edges")) {
    options.fadesEdges =
        choiceOf<bool>(fields, object, "edges", {{"restored", false}, {"faded", true}});
  }
  const int64_t bins = options.fftSize / 2 + 1;
  // Those of the ports, unless they say otherwise.
  fields.ignore("firstBin");
  fields.ignore("bins");
  if (fields.has("zeroedBins")) task.zeroedBins = fields.integer<int64_t>("zeroedBins", 0, bins);
  parent.fail(fields.end());
  if (!fields.status().ok()) return options;
  if (options.fftSize % 2 != 0) {
    parent.fail(badTask("stft.fftSize must be even, got " + std::to_string(options.fftSize)));
  } else if (options.reflects && options.leadFrames >= options.frames) {
    parent.fail(badTask("stft.leadFrames must be less than the " + std::to_string(options.frames) +
                        " frames that are heard, got " + std::to_string(options.leadFrames)));
  } else if (options.columns * bins > kMaxBins) {
    parent.fail(badTask("stft.columns times bins must be at most " + std::to_string(kMaxBins) +
                        ", got " + std::to_string(options.columns) + " and " +
                        std::to_string(bins)));
  }
  return options;
}

std::vector<std::string> readStems(JsonFields& fields) {
  constexpr size_t kMaxStems = 32;
  std::vector<std::string> stems = fields.texts("stems");
  if (stems.empty() || stems.size() > kMaxStems) {
    fields.fail("stems", " must be a list of 1 to " + std::to_string(kMaxStems) + " names");
  }
  for (const std::string& stem : stems) {
    if (stem.empty()) fields.fail("stems", " must not hold an empty name");
    if (std::ranges::count(stems, stem) > 1) {
      fields.fail(badTask("stem " + quote(stem) + " is named twice"));
    }
  }
  return stems;
}

void readRest(JsonFields& fields, const Json& document, SegmentDocument& task) {
  if (fields.has("level")) {
    JsonFields level(fields.object("level"), "divisi.task: level.");
    task.rmsDb = level.number("rmsDb", -100, 20);
    fields.fail(level.end());
    if (task.normalisation.scale != LevelKind::Scale::kNone) {
      fields.fail(badTask("level and normalisation.scale exclude each other"));
    }
    if (!task.normalisation.overSong) {
      fields.fail(badTask("level is that of the song, and normalisation.over is 'segment'"));
    }
  }
  if (fields.has("ratioMask")) {
    JsonFields mask(fields.object("ratioMask"), "divisi.task: ratioMask.");
    task.ratioMask = {.exponent = mask.number("exponent", 0.25, 8),
                      .epsilon = mask.number("epsilon", 1e-20, 1)};
    fields.fail(mask.end());
  }
  if (fields.has("remainder")) {
    const std::string name = fields.text("remainder");
    const auto found = std::ranges::find(task.stems, name);
    if (found == task.stems.end()) fields.fail(badTask("remainder " + quote(name) + " is no stem"));
    task.remainder = static_cast<size_t>(found - task.stems.begin());
  }
  if (fields.has("residual")) {
    choiceOf<bool>(fields, document, "residual", {{"shared", true}});
    task.sharesResidual = true;
    if (task.remainder) fields.fail(badTask("remainder and residual exclude each other"));
  }
}

/// What no field alone says.
Status checkWhole(const SegmentDocument& task) {
  for (size_t stem = 0; stem < task.stems.size(); ++stem) {
    if (task.gives(stem) || task.remainder == stem) continue;
    return badTask("no output gives the stem " + quote(task.stems[stem]) +
                   ", and it is not the remainder");
  }
  if (task.remainder && task.stems.size() == 1) {
    return badTask("remainder " + quote(task.stems.front()) + " is the only stem");
  }
  if (!task.ratioMask) return {};
  std::vector<size_t> given(task.stems.size());
  for (const SegmentPort& output : task.outputs) {
    if (output.value != PortValue::kMagnitude || output.sizes != task.outputs.front().sizes ||
        output.firstBin != task.outputs.front().firstBin) {
      return badTask("ratioMask takes outputs that are magnitudes of the same bins and stems each");
    }
    for (const std::optional<size_t>& stem : output.stems) {
      if (stem && ++given[*stem] > 1) {
        return badTask("ratioMask takes one output for the stem " + quote(task.stems[*stem]));
      }
    }
  }
  return {};
}

}  // namespace

bool SegmentDocument::gives(size_t stem) const {
  return std::ranges::any_of(outputs, [&](const SegmentPort& output) {
    return std::ranges::find(output.stems, std::optional(stem)) != output.stems.end();
  });
}

bool isSegmentDocument(std::string_view json) {
  const Result<Json> parsed = parseObject(json, "divisi.task");
  return parsed.ok() && parsed.value().contains("segments");
}

Result<SegmentDocument> parseSegmentDocument(std::string_view json) {
  const Result<Json> parsed = parseObject(json, "divisi.task");
  if (!parsed.ok()) return parsed.status();
  const Json& document = parsed.value();
  if (Status status = checkVersion(document, "divisi.task"); !status.ok()) return status;
  SegmentDocument task;
  JsonFields fields(document, "divisi.task: ");
  fields.ignore("version");
  const std::string kind = fields.text("task");
  if (!fields.status().ok()) return fields.status();
  if (kind != "separation") return badTask("expected a separation model, got task " + quote(kind));
  task.sampleRate = fields.integer("sampleRate", kMinSampleRate, kMaxSampleRate);
  task.channels = fields.integer("channels", 1, 2);
  task.segments = readSegments(fields.object("segments"), fields);
  if (fields.has("normalisation")) {
    task.normalisation = readNormalisation(fields.object("normalisation"), fields);
  }
  const Json& stft = fields.objectOrEmpty("stft");
  if (fields.has("stft")) task.transform = readTransform(stft, task.segments, task, fields);
  task.stems = readStems(fields);
  const Json& inputs = fields.list("inputs", kMaxPorts);
  const Json& outputs = fields.list("outputs", kMaxPorts);
  readRest(fields, document, task);
  if (Status status = fields.end(); !status.ok()) return status;
  if (Status status = readPorts(inputs, outputs, stft, task); !status.ok()) return status;
  if (Status status = checkWhole(task); !status.ok()) return status;
  return task;
}

}  // namespace divisi::separation
