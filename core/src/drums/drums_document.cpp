#include "drums/drums_document.h"

#include <utility>

#include "base/json_fields.h"
#include "base/text.h"
#include "divisi/audio.h"

namespace divisi::drums {
namespace {

constexpr int kMostFrames = 1 << 16;
constexpr size_t kMostInstruments = 64;
constexpr int kHighestNote = 127;
constexpr double kFarthestThreshold = 20;

Status readInstruments(const Json& list, std::vector<Instrument>& instruments) {
  for (const Json& each : list) {
    if (!each.is_object()) return badTask("instruments must be objects, got " + excerpt(each));
    const std::string place = "divisi.task: instruments[" + std::to_string(instruments.size());
    JsonFields fields(each, place + "].");
    Instrument instrument{.name = fields.text("name"),
                          .note = fields.integer("note", 0, kHighestNote),
                          .threshold = static_cast<float>(
                              fields.number("threshold", -kFarthestThreshold, kFarthestThreshold))};
    if (Status status = fields.end(); !status.ok()) return status;
    instruments.push_back(std::move(instrument));
  }
  return {};
}

}  // namespace

Result<DrumsDocument> parseDrumsDocument(std::string_view json) {
  const Result<Json> parsed = parseObject(json, "divisi.task");
  if (!parsed.ok()) return parsed.status();
  if (Status status = checkVersion(parsed.value(), "divisi.task"); !status.ok()) return status;
  DrumsDocument document;
  JsonFields fields(parsed.value(), "divisi.task: ");
  fields.ignore("version");
  const std::string kind = fields.text("task");
  if (!fields.status().ok()) return fields.status();
  if (kind != "drums") return badTask("expected a model for drums, got task " + quote(kind));
  document.frontEnd.sampleRate = fields.integer("sampleRate", kMinSampleRate, kMaxSampleRate);
  const int channels = fields.integer("channels", 1, 64);
  const Json& frontEnd = fields.object("frontEnd");
  JsonFields chunking(fields.object("chunking"), "divisi.task: chunking.");
  JsonFields outputs(fields.object("outputs"), "divisi.task: outputs.");
  const Json& instruments = fields.list("instruments", kMostInstruments);
  if (Status status = fields.end(); !status.ok()) return status;
  if (channels != 1) {
    return unsupported("divisi.task: a network of " + std::to_string(channels) +
                       " channels; this build hears drums in mono");
  }
  document.frames = static_cast<size_t>(chunking.integer("frames", 1, kMostFrames));
  document.contextFrames = static_cast<size_t>(chunking.integer("contextFrames", 0, kMostFrames));
  document.output = outputs.text("logOdds");
  for (JsonFields* each : {&chunking, &outputs}) {
    if (Status status = each->end(); !status.ok()) return status;
  }
  if (2 * document.contextFrames >= document.frames) {
    return badTask("chunking.contextFrames must be below half of chunking.frames " +
                   std::to_string(document.frames) + ", got " +
                   std::to_string(document.contextFrames));
  }
  if (Status status = audio::readLogFilterbank(frontEnd, "none", document.frontEnd); !status.ok()) {
    return status;
  }
  if (Status status = readInstruments(instruments, document.instruments); !status.ok()) {
    return status;
  }
  return document;
}

}  // namespace divisi::drums
