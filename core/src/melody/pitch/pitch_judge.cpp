#include "melody/pitch/pitch_judge.h"

#include <algorithm>
#include <cmath>

namespace divisi::melody {
namespace {

constexpr float kHighestVelocity = 127;
// The level of the lowest velocity.
constexpr float kQuietDb = -60;

}  // namespace

double midiOf(double hz) { return 69 + 12 * std::log2(hz / 440); }

float velocityOf(float levelDb) {
  const float share = 1 - levelDb / kQuietDb;
  return std::clamp(std::round(1 + share * (kHighestVelocity - 1)), 1.0F, kHighestVelocity);
}

PitchJudge::PitchJudge(const MelodyDocument& document, const PitchRange& range)
    : spectra_(document.spectra), silence_(document.silence), last_(spectra_.pitches - 1) {
  const size_t end = last_;
  const auto pitch = [&](size_t band) { return midiOf(spectra_.bandHz(static_cast<int>(band))); };
  while (first_ < end && pitch(first_) < range.lowest - 0.5) ++first_;
  while (last_ > first_ && pitch(last_) > range.highest + 0.5) --last_;
}

PitchFrame PitchJudge::judge(std::span<const float> logits, float voicing, FrameLevel level) const {
  const auto strongest = [&](size_t first, size_t last) {
    const auto range = logits.subspan(first, last - first + 1);
    return first + static_cast<size_t>(std::ranges::max_element(range) - range.begin());
  };
  const size_t best = strongest(first_, last_);
  // The mean of the logarithms of the band and its neighbours, by what the network makes of them.
  double sum = 0;
  double weighted = 0;
  const size_t low = std::max(best, first_ + 1) - 1;
  for (size_t pitch = low; pitch <= std::min(best + 1, last_); ++pitch) {
    const double weight = std::exp(static_cast<double>(logits[pitch]) - logits[best]);
    sum += weight;
    weighted += weight * std::log(spectra_.bandHz(static_cast<int>(pitch)));
  }
  const bool elsewhere = strongest(0, logits.size() - 1) != best;
  const bool silent = level.peak < silence_;
  return {.hz = static_cast<float>(std::exp(weighted / sum)),
          .confidence = elsewhere || silent ? 0 : voicing,
          .levelDb = level.db};
}

}  // namespace divisi::melody
