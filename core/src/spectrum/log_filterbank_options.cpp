#include "spectrum/log_filterbank_options.h"

#include <algorithm>
#include <cmath>

#include "base/json_fields.h"
#include "base/text.h"

namespace divisi::audio {
namespace {

constexpr double kTuningHz = 440;
constexpr int kMaxFftSize = 65536;
constexpr double kMostBandsPerOctave = 96;

Status requireText(JsonFields& fields, const char* key, const std::string& known) {
  const std::string value = fields.text(key);
  if (!fields.status().ok() || value == known) return fields.status();
  return unsupported("divisi.task: frontEnd." + std::string(key) + " " + quote(value) +
                     "; this build knows " + quote(known));
}

}  // namespace

std::vector<int> filterCorners(const LogFilterbankOptions& options) {
  // madmom spaces the bins of an odd transform as if it had one sample less.
  const double binHz = static_cast<double>(options.sampleRate) / (options.fftSize - 1);
  const int lastBin = options.fftSize / 2 - 1;
  const double per = options.bandsPerOctave;
  const auto first = static_cast<int>(std::ceil(per * std::log2(options.minHz / kTuningHz)));
  std::vector<int> corners;
  for (int step = first;; ++step) {
    const double hz = kTuningHz * std::exp2(step / per);
    if (hz > options.maxHz) break;
    // The nearest bin; halfway, the upper one.
    const int bin = std::min(static_cast<int>(std::floor(hz / binHz + 0.5)), lastBin);
    if (corners.empty() || bin > corners.back()) corners.push_back(bin);
  }
  return corners;
}

Status readLogFilterbank(const Json& object, const std::string& difference,
                         LogFilterbankOptions& frontEnd) {
  JsonFields fields(object, "divisi.task: frontEnd.");
  struct Known {
    const char* key;
    std::string value;
  };
  for (const auto& [key, value] :
       {Known{"type", "log-filterbank"}, Known{"window", "symmetric-hann"},
        Known{"padding", "zeros"}, Known{"difference", difference}}) {
    if (Status status = requireText(fields, key, value); !status.ok()) return status;
  }
  frontEnd.fftSize = fields.integer("fftSize", 16, kMaxFftSize);
  frontEnd.hop = fields.integer("hop", 1, kMaxFftSize);
  frontEnd.bandsPerOctave = fields.number("bandsPerOctave", 1, kMostBandsPerOctave);
  const double nyquist = frontEnd.sampleRate / 2.0;
  frontEnd.minHz = fields.number("minHz", 1, nyquist);
  frontEnd.maxHz = fields.number("maxHz", 1, 2 * nyquist);
  if (fields.has("gain")) frontEnd.gain = fields.number("gain", 1e-6, 1e6);
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

}  // namespace divisi::audio
