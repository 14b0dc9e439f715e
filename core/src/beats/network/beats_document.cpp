#include "beats/network/beats_document.h"

#include <utility>

#include "base/json_fields.h"
#include "base/text.h"
#include "divisi/audio.h"

namespace divisi::beats {
namespace {

constexpr int kMaxFftSize = 65536;
constexpr int kMaxChunkFrames = 1 << 16;
constexpr double kMostBandsPerOctave = 96;

Status requireText(JsonFields& fields, const char* key, const std::string& known) {
  const std::string value = fields.text(key);
  if (!fields.status().ok() || value == known) return fields.status();
  return unsupported("divisi.task: frontEnd." + std::string(key) + " " + quote(value) +
                     "; this build knows " + quote(known));
}

Status readFrontEnd(const Json& object, LogFilterbankOptions& frontEnd) {
  JsonFields fields(object, "divisi.task: frontEnd.");
  struct Known {
    const char* key;
    const char* value;
  };
  for (const auto& [key, value] :
       {Known{"type", "log-filterbank"}, Known{"window", "symmetric-hann"},
        Known{"padding", "zeros"}, Known{"difference", "rise"}}) {
    if (Status status = requireText(fields, key, value); !status.ok()) return status;
  }
  frontEnd.fftSize = fields.integer("fftSize", 16, kMaxFftSize);
  frontEnd.hop = fields.integer("hop", 1, kMaxFftSize);
  frontEnd.bandsPerOctave = fields.number("bandsPerOctave", 1, kMostBandsPerOctave);
  const double nyquist = frontEnd.sampleRate / 2.0;
  frontEnd.minHz = fields.number("minHz", 1, nyquist);
  frontEnd.maxHz = fields.number("maxHz", 1, 2 * nyquist);
  if (Status status = fields.end(); !status.ok()) return status;
  if (frontEnd.hop > frontEnd.fftSize) {
    return badTask("frontEnd.hop must not be above frontEnd.fftSize " +
                   std::to_string(frontEnd.fftSize) + ", got " + std::to_string(frontEnd.hop));
  }
  if (filterCorners(frontEnd).size() < 3) {
    return badTask("frontEnd.minHz " + Json(frontEnd.minHz).dump() + " to maxHz " +
                   Json(frontEnd.maxHz).dump() + " holds no band");
  }
  return {};
}

Status readNonCausal(const Json& object, BeatsDocument& task) {
  JsonFields fields(object, "divisi.task: nonCausal.");
  NonCausalOptions options;
  options.frames = fields.integer("frames", 1, kMaxChunkFrames);
  options.contextFrames = fields.integer("contextFrames", 0, kMaxChunkFrames);
  options.output = fields.text("output");
  if (Status status = fields.end(); !status.ok()) return status;
  if (2 * options.contextFrames >= options.frames) {
    return badTask("nonCausal.contextFrames must be below half of nonCausal.frames " +
                   std::to_string(options.frames) + ", got " +
                   std::to_string(options.contextFrames));
  }
  task.nonCausal = std::move(options);
  return {};
}

}  // namespace

Result<BeatsDocument> parseBeatsDocument(std::string_view json) {
  const Result<Json> parsed = parseObject(json, "divisi.task");
  if (!parsed.ok()) return parsed.status();
  const Json& document = parsed.value();
  if (Status status = checkVersion(document, "divisi.task"); !status.ok()) return status;
  BeatsDocument task;
  JsonFields fields(document, "divisi.task: ");
  const std::string kind = fields.text("task");
  if (!fields.status().ok()) return fields.status();
  if (kind != "beats") return badTask("expected a beats model, got task " + quote(kind));
  task.frontEnd.sampleRate = fields.integer("sampleRate", kMinSampleRate, kMaxSampleRate);
  const int channels = fields.integer("channels", 1, 64);
  const Json& frontEnd = fields.object("frontEnd");
  const Json* nonCausal = fields.has("nonCausal") ? &fields.object("nonCausal") : nullptr;
  JsonFields chunking(fields.object("chunking"), "divisi.task: chunking.");
  JsonFields outputs(fields.object("outputs"), "divisi.task: outputs.");
  if (!fields.status().ok()) return fields.status();
  if (channels != 1) {
    return unsupported("divisi.task: a network of " + std::to_string(channels) +
                       " channels; this build finds beats in mono");
  }
  task.chunkFrames = chunking.integer("frames", 1, kMaxChunkFrames);
  if (!chunking.status().ok()) return chunking.status();
  task.activationsOutput = outputs.text("activations");
  if (!outputs.status().ok()) return outputs.status();
  if (Status status = readFrontEnd(frontEnd, task.frontEnd); !status.ok()) return status;
  if (nonCausal != nullptr) {
    if (Status status = readNonCausal(*nonCausal, task); !status.ok()) return status;
  }
  return task;
}

}  // namespace divisi::beats
