#include "tagging/tagging_document.h"

#include <algorithm>
#include <set>

#include "base/json_fields.h"
#include "base/text.h"
#include "divisi/audio.h"

namespace divisi::tagging {
namespace {

constexpr int kMaxFftSize = 65536;
constexpr int kMaxBands = 1024;
constexpr int kMaxPatchFrames = 1 << 16;
constexpr size_t kMaxLabels = 65536;

Status requireText(const Json& frontEnd, const char* key, const std::string& known) {
  JsonFields fields(frontEnd, "divisi.task: frontEnd.");
  const std::string value = fields.text(key);
  if (!fields.status().ok()) return fields.status();
  if (value == known) return {};
  return unsupported("divisi.task: frontEnd." + std::string(key) + " " + quote(value) +
                     "; this build knows " + quote(known));
}

Status readFrontEnd(const Json& object, audio::MelOptions& mel) {
  struct Known {
    const char* key;
    const char* value;
  };
  for (const auto& [key, value] :
       {Known{"type", "mel"}, Known{"window", "hann"}, Known{"padding", "zeros"},
        Known{"melScale", "slaney"}, Known{"melNorm", "slaney"}}) {
    if (Status status = requireText(object, key, value); !status.ok()) return status;
  }
  JsonFields fields(object, "divisi.task: frontEnd.");
  mel.fftSize = fields.integer("fftSize", 16, kMaxFftSize);
  mel.hop = fields.integer("hop", 1, kMaxFftSize);
  mel.bands = fields.integer("melBands", 1, kMaxBands);
  const int power = fields.integer("power", 1, 2);
  const double nyquist = mel.sampleRate / 2.0;
  mel.minHz = fields.number("minHz", 0, nyquist);
  mel.maxHz = fields.number("maxHz", 0, nyquist);
  const Json& log = fields.object("log");
  const auto center = object.find("center");
  if (!fields.status().ok()) return fields.status();
  if (Status status = requireText(log, "type", "log10"); !status.ok()) return status;
  JsonFields logFields(log, "divisi.task: frontEnd.log.");
  mel.logScale = logFields.number("scale", 1e-6, 1e12);
  // Silence must have a logarithm.
  mel.logOffset = logFields.number("offset", 1e-30, 1e6);
  if (!logFields.status().ok()) return logFields.status();
  if (power != 2 || center == object.end() || *center != true) {
    return unsupported("divisi.task: frontEnd must have power 2 and center true");
  }
  if (mel.fftSize % 4 != 0 || mel.hop > mel.fftSize) {
    return badTask("frontEnd.fftSize must be a multiple of 4 and not below frontEnd.hop, got " +
                   std::to_string(mel.fftSize) + " and " + std::to_string(mel.hop));
  }
  if (mel.minHz >= mel.maxHz) {
    return badTask("frontEnd.minHz must be below frontEnd.maxHz, got " + Json(mel.minHz).dump() +
                   " and " + Json(mel.maxHz).dump());
  }
  return {};
}

Status readLabels(const Json& document, TaggingDocument& task) {
  const auto list = document.find("labels");
  if (list == document.end()) return badTask("labels is missing");
  if (!list->is_array() || list->empty() || list->size() > kMaxLabels) {
    return badTask("labels must be a list of 1 to " + std::to_string(kMaxLabels) + " labels, got " +
                   excerpt(*list));
  }
  std::set<std::string> names;
  for (size_t i = 0; i < list->size(); ++i) {
    const Json& label = (*list)[i];
    const std::string where = "labels[" + std::to_string(i) + "]";
    if (!label.is_object()) return badTask(where + " must be an object, got " + excerpt(label));
    JsonFields fields(label, "divisi.task: " + where + ".");
    task.labels.push_back(fields.text("name"));
    if (fields.text("kind").empty()) return fields.status();
    if (!fields.status().ok()) return fields.status();
    if (!names.insert(task.labels.back()).second) {
      return badTask("label " + quote(task.labels.back()) + " is named twice");
    }
  }
  return {};
}

}  // namespace

Result<TaggingDocument> parseTaggingDocument(std::string_view json) {
  const Result<Json> parsed = parseObject(json, "divisi.task");
  if (!parsed.ok()) return parsed.status();
  const Json& document = parsed.value();
  if (Status status = checkVersion(document, "divisi.task"); !status.ok()) return status;
  TaggingDocument task;
  JsonFields fields(document, "divisi.task: ");
  const std::string kind = fields.text("task");
  if (!fields.status().ok()) return fields.status();
  if (kind != "tagging") return badTask("expected a tagging model, got task " + quote(kind));
  task.mel.sampleRate = fields.integer("sampleRate", kMinSampleRate, kMaxSampleRate);
  const int channels = fields.integer("channels", 1, 64);
  const Json& frontEnd = fields.object("frontEnd");
  JsonFields chunking(fields.object("chunking"), "divisi.task: chunking.");
  JsonFields outputs(fields.object("outputs"), "divisi.task: outputs.");
  if (!fields.status().ok()) return fields.status();
  if (channels != 1) {
    return unsupported("divisi.task: a network of " + std::to_string(channels) +
                       " channels; this build tags mono");
  }
  task.patchFrames = chunking.integer("frames", 1, kMaxPatchFrames);
  // Frames between patches that no patch looks at would be a fault.
  task.hopFrames = chunking.integer("hopFrames", 1, std::max(task.patchFrames, 1));
  if (!chunking.status().ok()) return chunking.status();
  task.scoresOutput = outputs.text("scores");
  task.embeddingOutput = outputs.text("embedding");
  if (!outputs.status().ok()) return outputs.status();
  if (task.scoresOutput == task.embeddingOutput) {
    return badTask("outputs.scores and outputs.embedding are both " + quote(task.scoresOutput));
  }
  if (Status status = readFrontEnd(frontEnd, task.mel); !status.ok()) return status;
  if (Status status = readLabels(document, task); !status.ok()) return status;
  return task;
}

}  // namespace divisi::tagging
