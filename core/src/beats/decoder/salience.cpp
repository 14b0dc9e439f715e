#include "beats/decoder/salience.h"

#include <cmath>
#include <cstdint>

#include "beats/decoder/log_odds.h"

namespace divisi::beats {
namespace {

// Accents count by how far they stand out from the seconds around them.
constexpr double kAroundSeconds = 3;

// What joins the network's log-odds with the accents, chosen on rendered songs (docs/analysis.md).
// The network was trained to miss no beat rather than to invent none, which the biases make up for.
constexpr double kBeatBias = -1.1;
constexpr double kDownbeatNovelty = 0.5;
constexpr double kDownbeatBias = -2.4;

/// log of a value over its mean around it, damped for small ones.
std::vector<float> standOut(std::vector<float> values, double framesPerSecond) {
  const auto count = static_cast<int64_t>(values.size());
  const auto half = static_cast<int64_t>(std::lround(kAroundSeconds * framesPerSecond));
  std::vector<double> sums(values.size() + 1);
  for (size_t i = 0; i < values.size(); ++i) sums[i + 1] = sums[i] + values[i];
  // Where nothing ever stands out, nothing is said either.
  if (sums.back() <= 0) return std::vector<float>(values.size());
  const double floor = count > 0 ? 0.1 * sums.back() / static_cast<double>(count) + 1e-3 : 1;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t begin = std::max<int64_t>(0, i - half);
    const int64_t end = std::min(count, i + half + 1);
    const double mean = (sums[static_cast<size_t>(end)] - sums[static_cast<size_t>(begin)]) /
                        static_cast<double>(end - begin);
    float& value = values[static_cast<size_t>(i)];
    value = static_cast<float>(std::log((value / (mean + floor) + 0.3) / 1.3));
  }
  return values;
}

/// Each value becomes the largest of it and its neighbours: an onset may lie a frame aside.
std::vector<float> widened(const std::vector<float>& values) {
  std::vector<float> result = values;
  for (size_t i = 0; i + 1 < values.size(); ++i) {
    result[i] = std::max(result[i], values[i + 1]);
    result[i + 1] = std::max(result[i + 1], values[i]);
  }
  return result;
}

template <typename Get>
std::vector<float> column(std::span<const FrameEvidence> frames, Get get) {
  std::vector<float> values(frames.size());
  std::ranges::transform(frames, values.begin(), get);
  return values;
}

}  // namespace

std::vector<Salience> salienceOf(std::span<const FrameEvidence> frames, double framesPerSecond) {
  using F = FrameEvidence;
  const auto accent = [&](float Accent::* part) {
    return standOut(column(frames, [&](const F& frame) { return frame.accent.*part; }),
                    framesPerSecond);
  };
  const std::vector<float> low = accent(&Accent::low);
  const std::vector<float> high = accent(&Accent::high);
  std::vector<float> changes = column(frames, [](const F& frame) { return frame.accent.novelty; });
  // A change is known some frames after it.
  const size_t late = std::min(kNoveltyFrames - 1, changes.size());
  changes.erase(changes.begin(), changes.begin() + static_cast<std::ptrdiff_t>(late));
  changes.resize(frames.size());
  const std::vector<float> novelty = widened(widened(standOut(changes, framesPerSecond)));
  const std::vector<float> wideLow = widened(low);
  const std::vector<float> wideHigh = widened(high);
  const std::vector<float> any = widened(column(frames, [](const F& frame) { return frame.beat; }));
  const std::vector<float> down =
      widened(column(frames, [](const F& frame) { return frame.downbeat; }));

  std::vector<Salience> result(frames.size());
  for (size_t i = 0; i < frames.size(); ++i) {
    const double share = (down[i] + 0.01) / (any[i] + 0.02);
    result[i] = {
        .beat = probability(logOdds(frames[i].beat) + kBeatBias),
        .downbeat = probability(logOdds(share) + kDownbeatNovelty * novelty[i] + kDownbeatBias),
        .low = wideLow[i],
        .high = wideHigh[i],
        .novelty = novelty[i]};
  }
  return result;
}

}  // namespace divisi::beats
