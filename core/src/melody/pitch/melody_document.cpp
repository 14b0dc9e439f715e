#include "melody/pitch/melody_document.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/json_fields.h"
#include "base/text.h"
#include "divisi/audio.h"

namespace divisi::melody {
namespace {

constexpr int kLeastFftSize = 16;
constexpr int kMostFftSize = 65536;
constexpr size_t kMostFftSizes = 8;

Status requireText(JsonFields& fields, const char* path, const char* key,
                   const std::string& known) {
  const std::string value = fields.text(key);
  if (!fields.status().ok() || value == known) return fields.status();
  return unsupported("divisi.task: " + std::string(path) + key + " " + quote(value) +
                     "; this build knows " + quote(known));
}

Status readFftSizes(JsonFields& fields, LogSpectraOptions& spectra) {
  for (const int64_t size : fields.integers("fftSizes", 0, kLeastFftSize, kMostFftSize)) {
    spectra.fftSizes.push_back(static_cast<int>(size));
  }
  if (!fields.status().ok()) return fields.status();
  const std::vector<int>& sizes = spectra.fftSizes;
  if (sizes.empty() || sizes.size() > kMostFftSizes ||
      std::ranges::any_of(sizes, [](int size) { return size % 4 != 0; })) {
    return badTask("frontEnd.fftSizes must be 1 to 8 multiples of 4");
  }
  return {};
}

Status readFrontEnd(const Json& object, LogSpectraOptions& spectra) {
  JsonFields fields(object, "divisi.task: frontEnd.");
  struct Known {
    const char* key;
    const char* value;
  };
  for (const auto& [key, value] :
       {Known{"type", "log-spectra"}, Known{"window", "hann"}, Known{"padding", "zeros"}}) {
    if (Status status = requireText(fields, "frontEnd.", key, value); !status.ok()) return status;
  }
  if (Status status = readFftSizes(fields, spectra); !status.ok()) return status;
  spectra.hop = static_cast<size_t>(fields.integer("hop", 1, kMostFftSize));
  spectra.bands = static_cast<size_t>(fields.integer("bands", 3, 1024));
  const double nyquist = spectra.sampleRate / 2.0;
  spectra.minHz = fields.number("minHz", 1, nyquist);
  spectra.maxHz = fields.number("maxHz", 1, nyquist);
  JsonFields log(fields.object("log"), "divisi.task: frontEnd.log.");
  if (Status status = requireText(log, "frontEnd.log.", "type", "ln"); !status.ok()) return status;
  spectra.offset = log.number("offset", 1e-30, 1);
  if (Status status = log.end(); !status.ok()) return status;
  if (Status status = fields.end(); !status.ok()) return status;
  if (spectra.maxHz <= spectra.minHz) {
    return badTask("frontEnd.maxHz must be above minHz, got " + Json(spectra.maxHz).dump());
  }
  return {};
}

Status checkGeometry(const MelodyDocument& document) {
  const LogSpectraOptions& spectra = document.spectra;
  if (spectra.pitches > spectra.bands) {
    return badTask("pitches must be at most frontEnd.bands " + std::to_string(spectra.bands) +
                   ", got " + std::to_string(spectra.pitches));
  }
  if (spectra.bandHz(static_cast<int>(spectra.bands) - 1) > spectra.sampleRate / 2.0) {
    return badTask("frontEnd.bands must lie below half the sample rate, got " +
                   std::to_string(spectra.bands));
  }
  if (2 * document.contextFrames >= document.frames) {
    return badTask("chunking.contextFrames must leave some of the frames, got " +
                   std::to_string(document.contextFrames));
  }
  return {};
}

}  // namespace

double LogSpectraOptions::bandHz(int band) const {
  return minHz * std::pow(maxHz / minHz, band / static_cast<double>(pitches - 1));
}

Result<MelodyDocument> parseMelodyDocument(std::string_view json) {
  const Result<Json> parsed = parseObject(json, "divisi.task");
  if (!parsed.ok()) return parsed.status();
  if (Status status = checkVersion(parsed.value(), "divisi.task"); !status.ok()) return status;
  MelodyDocument document;
  JsonFields fields(parsed.value(), "divisi.task: ");
  fields.ignore("version");
  const std::string kind = fields.text("task");
  if (!fields.status().ok()) return fields.status();
  if (kind != "melody") return badTask("expected a model for melody, got task " + quote(kind));
  LogSpectraOptions& spectra = document.spectra;
  spectra.sampleRate = fields.integer("sampleRate", kMinSampleRate, kMaxSampleRate);
  const int channels = fields.integer("channels", 1, 64);
  spectra.pitches = static_cast<size_t>(fields.integer("pitches", 3, 1024));
  document.silence = static_cast<float>(fields.number("silence", 0, 1));
  const Json& frontEnd = fields.object("frontEnd");
  JsonFields chunking(fields.object("chunking"), "divisi.task: chunking.");
  JsonFields outputs(fields.object("outputs"), "divisi.task: outputs.");
  if (!fields.status().ok()) return fields.status();
  if (channels != 1) {
    return unsupported("divisi.task: a network of " + std::to_string(channels) +
                       " channels; this build hears melody in mono");
  }
  document.frames = static_cast<size_t>(chunking.integer("frames", 1, 65536));
  document.contextFrames = static_cast<size_t>(chunking.integer("contextFrames", 0, 1024));
  document.logits = outputs.text("logits");
  document.voicing = outputs.text("voicing");
  for (JsonFields* each : {&chunking, &outputs}) {
    if (Status status = each->end(); !status.ok()) return status;
  }
  if (Status status = readFrontEnd(frontEnd, spectra); !status.ok()) return status;
  if (Status status = fields.end(); !status.ok()) return status;
  if (Status status = checkGeometry(document); !status.ok()) return status;
  return document;
}

}  // namespace divisi::melody
