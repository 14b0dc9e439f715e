#include "drums/hit_picker.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace divisi::drums {
namespace {

float probability(float logOdds) { return 1 / (1 + std::exp(-logOdds)); }

}  // namespace

HitPicker::HitPicker(std::vector<float> thresholds) : thresholds_(std::move(thresholds)) {
  // Beyond both ends of the audio nothing is struck.
  for (std::vector<float>& frame : kept_) {
    frame.assign(2 * thresholds_.size(), -std::numeric_limits<float>::infinity());
  }
}

void HitPicker::add(std::span<const float> logOdds) {
  std::ranges::rotate(kept_, kept_.begin() + 1);
  kept_.back().assign(logOdds.begin(), logOdds.end());
  if (++added_ > kAround) look();
}

void HitPicker::finish() {
  const std::vector<float> nothing(2 * thresholds_.size(), -std::numeric_limits<float>::infinity());
  for (size_t i = 0; i < kAround; ++i) add(nothing);
}

void HitPicker::look() {
  const size_t first = hits_.size();
  for (size_t instrument = 0; instrument < thresholds_.size(); ++instrument) {
    const float here = odds(kAround, instrument);
    bool highest = here >= thresholds_[instrument];
    for (size_t i = 1; i <= kAround && highest; ++i) {
      highest = here > odds(kAround - i, instrument) && here >= odds(kAround + i, instrument);
    }
    if (!highest) continue;
    const float before = probability(odds(kAround - 1, instrument));
    const float after = probability(odds(kAround + 1, instrument));
    const float surest = probability(here);
    const double beside = (after - before) / (before + surest + after);
    hits_.push_back({.frame = static_cast<double>(added_ - 1 - kAround) + beside,
                     .instrument = instrument,
                     .velocity = probability(odds(kAround, thresholds_.size() + instrument)),
                     .confidence = surest});
  }
  // Between frames is at most half a frame, so those of other frames are in order.
  std::sort(hits_.begin() + static_cast<std::ptrdiff_t>(first), hits_.end(),
            [](const Hit& a, const Hit& b) { return a.frame < b.frame; });
}

}  // namespace divisi::drums
