#include "separation/segments/segment_joins.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "base/integers.h"

namespace divisi::separation {
namespace {

/// Above 0 everywhere, so that their sum is never 0.
void writeWeights(JoinWeights join, std::span<float> weights) {
  const auto count = static_cast<double>(weights.size());
  for (size_t n = 0; n < weights.size(); ++n) {
    const auto place = static_cast<double>(n);
    double weight = 1;
    if (join == JoinWeights::kTriangular) {
      weight = std::min(place + 1, count - place) / std::ceil(count / 2);
    } else if (join == JoinWeights::kHann) {
      // At the middles of samples.
      weight = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * (place + 0.5) / count);
    }
    weights[n] = static_cast<float>(weight);
  }
}

}  // namespace

bool SegmentJoins::allocate() {
  const size_t frames = size(segments_.frames);
  weights_ = FloatBuffer(frames);
  weightSums_ = FloatBuffer(frames);
  bool ok = weights_ && weightSums_;
  for (Stem& stem : stems_) {
    stem.sums = FloatBuffer(frames * static_cast<size_t>(channelCount_));
    ok = ok && stem.sums && stem.ready.reserve(channelCount_, frames);
  }
  if (ok) writeWeights(segments_.join, weights_.span());
  return ok;
}

void SegmentJoins::weigh(size_t frames) {
  const float* weights = weights_.data();
  float* sums = weightSums_.data();
  for (size_t n = 0; n < frames; ++n) sums[n] += weights[n];
}

void SegmentJoins::add(size_t stem, const float* const* channels, size_t frames,
                       const Unscaling& unscaling) {
  const auto [factor, offset] = unscaling;
  const float* weights = weights_.data();
  for (int c = 0; c < channelCount_; ++c) {
    const float* samples = channels[c];
    float* sums = stems_[stem].sums.data() + static_cast<size_t>(c) * size(segments_.frames);
    for (size_t n = 0; n < frames; ++n) sums[n] += weights[n] * (factor * samples[n] + offset);
  }
}

bool SegmentJoins::give(int64_t end) {
  assert(end >= begin_ && end - begin_ <= segments_.frames);
  const size_t count = size(end - begin_);
  const size_t skipped = size(std::clamp<int64_t>(keptFrame_ - begin_, 0, end - begin_));
  const size_t kept = count - skipped;
  const float* weights = weightSums_.data() + skipped;
  for (Stem& stem : stems_) {
    if (!stem.ready.extend(kept)) return false;
    for (int c = 0; c < channelCount_; ++c) {
      float* sums = stem.sums.data() + static_cast<size_t>(c) * size(segments_.frames);
      float* out = stem.ready.tail(c, kept);
      for (size_t n = 0; n < kept; ++n) out[n] = sums[skipped + n] / weights[n];
      shift(sums, count);
    }
  }
  shift(weightSums_.data(), count);
  begin_ = end;
  return true;
}

void SegmentJoins::shift(float* values, size_t count) const {
  const size_t frames = size(segments_.frames);
  std::copy(values + count, values + frames, values);
  std::fill_n(values + (frames - count), count, 0.0F);
}

}  // namespace divisi::separation
