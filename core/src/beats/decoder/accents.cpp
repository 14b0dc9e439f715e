#include "beats/decoder/accents.h"

#include <cmath>
#include <numeric>

namespace divisi::beats {
namespace {

// Of BeatNet's 136 bands, those that count as low (kick and bass), and where the high ones begin.
constexpr size_t kLowBands = 14;
constexpr size_t kHighBands = 80;
constexpr size_t kAllBands = 136;

constexpr size_t kHistory = 2 * kNoveltyFrames;

float sum(std::span<const float> values) {
  return std::accumulate(values.begin(), values.end(), 0.0F);
}

}  // namespace

Accents::Accents(size_t bands)
    : bands_(bands), history_(kHistory * bands), after_(bands), before_(bands) {}

Accent Accents::next(std::span<const float> frame) {
  const std::span<const float> levels = frame.first(bands_);
  const std::span<const float> rises = frame.subspan(bands_, bands_);
  const size_t low = bands_ * kLowBands / kAllBands;
  const size_t high = bands_ * kHighBands / kAllBands;
  Accent accent = {.low = sum(rises.first(low)), .high = sum(rises.subspan(high))};

  float* const oldest = &history_[frames_ % kHistory * bands_];
  const float* const middle = &history_[(frames_ + kNoveltyFrames) % kHistory * bands_];
  float difference = 0;
  for (size_t band = 0; band < bands_; ++band) {
    // The frame in the middle passes from the newer half to the older.
    after_[band] += levels[band] - middle[band];
    before_[band] += middle[band] - oldest[band];
    difference += std::abs(after_[band] - before_[band]);
    oldest[band] = levels[band];
  }
  ++frames_;
  // Before that, the silence from which the ring begins would count as a change.
  if (frames_ >= kHistory) accent.novelty = difference / kNoveltyFrames;
  return accent;
}

}  // namespace divisi::beats
