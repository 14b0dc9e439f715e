#include "separation/chunks/separation_document.h"

#include <algorithm>
#include <cmath>

#include "base/json_fields.h"
#include "base/text.h"
#include "divisi/audio.h"

namespace divisi::tasks {
namespace {

Status readFrontEnd(const Json& object, SeparationTask& task) {
  JsonFields fields(object, "divisi.task: frontEnd.");
  const std::string type = fields.text("type");
  const std::string window = fields.text("window");
  const std::string value = fields.text("value");
  task.fftSize = fields.integer("fftSize", 16, 65536);
  task.hop = fields.integer("hop", 1, 65536);
  task.bins = fields.integer("bins", 1, 32769);
  if (!fields.status().ok()) return fields.status();
  if (type != "stft" || window != "hann" || value != "magnitude") {
    return {StatusCode::kUnsupported, "divisi.task: frontEnd of type " + quote(type) + ", window " +
                                          quote(window) + ", value " + quote(value) +
                                          "; this build knows stft, hann, magnitude"};
  }
  if (task.fftSize % 2 != 0 || task.fftSize % task.hop != 0 || task.fftSize / task.hop < 3) {
    return badTask("frontEnd.hop must divide an even frontEnd.fftSize into at least 3 parts, got " +
                   std::to_string(task.hop) + " and " + std::to_string(task.fftSize));
  }
  if (task.bins > task.fftSize / 2 + 1) {
    return badTask("frontEnd.bins must be at most fftSize / 2 + 1 = " +
                   std::to_string(task.fftSize / 2 + 1) + ", got " + std::to_string(task.bins));
  }
  return {};
}

Status readStems(const Json& list, SeparationTask& task) {
  constexpr size_t kMaxStems = 32;
  if (!list.is_array() || list.empty() || list.size() > kMaxStems) {
    return badTask("stems must be a list of 1 to " + std::to_string(kMaxStems) + " names");
  }
  for (const Json& name : list) {
    if (!name.is_string() || name.get_ref<const std::string&>().empty()) {
      return badTask("stems must hold names only");
    }
    task.stems.push_back(name.get<std::string>());
    if (std::count(task.stems.begin(), task.stems.end(), task.stems.back()) > 1) {
      return badTask("stem " + quote(task.stems.back()) + " is named twice");
    }
  }
  return {};
}

Status readBackEnd(const Json& object, SeparationTask& task) {
  JsonFields fields(object, "divisi.task: backEnd.");
  const std::string type = fields.text("type");
  task.exponent = fields.number("exponent", 0.25, 8);
  task.epsilon = fields.number("epsilon", 1e-20, 1);
  const std::string remainder = fields.has("remainder") ? fields.text("remainder") : "";
  if (!fields.status().ok()) return fields.status();
  if (type != "ratio-mask") {
    return {StatusCode::kUnsupported,
            "divisi.task: backEnd of type " + quote(type) + "; this build knows ratio-mask"};
  }
  if (remainder.empty()) return {};
  const auto found = std::find(task.stems.begin(), task.stems.end(), remainder);
  if (found == task.stems.end())
    return badTask("backEnd.remainder " + quote(remainder) + " is no stem");
  task.remainder = static_cast<size_t>(found - task.stems.begin());
  return {};
}

}  // namespace

Result<SeparationTask> parseSeparationTask(std::string_view json) {
  const Result<Json> parsed = parseObject(json, "divisi.task");
  if (!parsed.ok()) return parsed.status();
  const Json& document = parsed.value();
  if (Status status = checkVersion(document, "divisi.task"); !status.ok()) return status;
  SeparationTask task;
  JsonFields fields(document, "divisi.task: ");
  const std::string kind = fields.text("task");
  if (!fields.status().ok()) return fields.status();
  if (kind != "separation") return badTask("expected a separation model, got task " + quote(kind));
  task.sampleRate = fields.integer("sampleRate", kMinSampleRate, kMaxSampleRate);
  task.channels = fields.integer("channels", 1, 64);
  JsonFields chunking(fields.object("chunking"), "divisi.task: chunking.");
  const Json& frontEnd = fields.object("frontEnd");
  const Json& backEnd = fields.object("backEnd");
  if (!fields.status().ok()) return fields.status();
  task.chunkFrames = chunking.integer("frames", 2, 1 << 16);
  task.chunkMultiple = chunking.has("multipleOf") ? chunking.integer("multipleOf", 1, 1 << 16) : 1;
  if (!chunking.status().ok()) return chunking.status();
  if (task.chunkFrames % task.chunkMultiple != 0) {
    return badTask("chunking.frames must be a multiple of chunking.multipleOf, got " +
                   std::to_string(task.chunkFrames) + " and " + std::to_string(task.chunkMultiple));
  }
  if (task.channels != 2) {
    return Status(StatusCode::kUnsupported, "divisi.task: a network of " +
                                                std::to_string(task.channels) +
                                                " channels; this build knows 2");
  }
  const auto stems = document.find("stems");
  if (stems == document.end()) return badTask("stems is missing");
  for (const Status& status :
       {readFrontEnd(frontEnd, task), readStems(*stems, task), readBackEnd(backEnd, task)}) {
    if (!status.ok()) return status;
  }
  // Sixteen times what Spleeter needs; bounds every buffer, also where sizes have 32 bits.
  constexpr int64_t kMaxChunkSamples = int64_t{1} << 25;
  if (static_cast<int64_t>(task.chunkFrames) * task.fftSize > kMaxChunkSamples) {
    return badTask("chunking.frames times frontEnd.fftSize must be at most " +
                   std::to_string(kMaxChunkSamples) + ", got " + std::to_string(task.chunkFrames) +
                   " and " + std::to_string(task.fftSize));
  }
  if (document.contains("level")) {
    JsonFields level(fields.object("level"), "divisi.task: level.");
    const double rmsDb = level.number("rmsDb", -100, 20);
    if (!fields.status().ok()) return fields.status();
    if (!level.status().ok()) return level.status();
    task.rmsDb = rmsDb;
  }
  return task;
}

}  // namespace divisi::tasks
