#include "beats/network/beats_document.h"

#include <utility>

#include "base/json_fields.h"
#include "base/text.h"
#include "divisi/audio.h"

namespace divisi::beats {
namespace {

constexpr int kMaxChunkFrames = 1 << 16;

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
  if (Status status = audio::readLogFilterbank(frontEnd, "rise", task.frontEnd); !status.ok())
    return status;
  if (nonCausal != nullptr) {
    if (Status status = readNonCausal(*nonCausal, task); !status.ok()) return status;
  }
  return task;
}

}  // namespace divisi::beats
