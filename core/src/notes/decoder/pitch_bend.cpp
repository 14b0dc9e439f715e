#include "notes/decoder/pitch_bend.h"

#include <algorithm>
#include <cmath>

namespace divisi::notes {
namespace {

constexpr float kDeviation = 5;

}  // namespace

PitchBend::PitchBend(size_t reach) : reach_(std::min(reach, kMostReach)) {
  for (size_t i = 0; i <= reach_; ++i) {
    const float distance = static_cast<float>(i) / kDeviation;
    weights_[i] = std::exp(-0.5F * distance * distance);
  }
}

int PitchBend::bins(std::span<const float> contour, size_t pitch) const {
  const size_t centre = kContourBins * pitch;
  const size_t low = centre - std::min(reach_, centre);
  const size_t high = std::min(centre + reach_ + 1, contour.size());
  float best = -1;
  size_t place = centre;
  for (size_t bin = low; bin < high; ++bin) {
    const float weighted = contour[bin] * weights_[bin > centre ? bin - centre : centre - bin];
    if (weighted > best) {
      best = weighted;
      place = bin;
    }
  }
  return static_cast<int>(place) - static_cast<int>(centre);
}

}  // namespace divisi::notes
