#include "spectrum/stereo_spectrum.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace divisi::audio {
namespace {

Lanes load(const StereoBin& bin) { return loadLanes(bin.re); }
void store(StereoBin& bin, Lanes lanes) { storeLanes(bin.re, lanes); }

}  // namespace

void splitFrames(std::span<const LaneBin> spectrum, StereoBin* first, StereoBin* second) {
  for (size_t bin = 0; bin < spectrum.size(); ++bin) {
    const auto [re, im] = spectrum[bin];
    store(first[bin], lowHalves(re, im));
    store(second[bin], highHalves(re, im));
  }
}

void joinFrames(const StereoBin* first, const StereoBin* second, std::span<LaneBin> spectrum) {
  for (size_t bin = 0; bin < spectrum.size(); ++bin) {
    const Lanes a = load(first[bin]);
    const Lanes b = load(second[bin]);
    spectrum[bin] = {lowHalves(a, b), highHalves(a, b)};
  }
}

float scaledMagnitudes(const StereoBin* frame, size_t bins, float gain, float* out) {
  Lanes peaks{};
  const auto magnitudes = [&](Lanes a, Lanes b) {
    const Lanes power = lowHalves(a * a, b * b) + highHalves(a * a, b * b);
    const Lanes result = gain * sqrtLanes(power);
    peaks = result > peaks ? result : peaks;
    return result;
  };
  size_t bin = 0;
  for (; bin + 2 <= bins; bin += 2) {
    storeLanes(out + 2 * bin, magnitudes(load(frame[bin]), load(frame[bin + 1])));
  }
  if (bin < bins) {
    const Lanes last = magnitudes(load(frame[bin]), Lanes{});
    out[2 * bin] = last[0];
    out[2 * bin + 1] = last[1];
  }
  return std::max(std::max(peaks[0], peaks[1]), std::max(peaks[2], peaks[3]));
}

void joinMasked(const std::array<const StereoBin*, 2>& frames,
                const std::array<FrameMask, 2>& masks, size_t maskedBins,
                std::span<LaneBin> spectrum) {
  assert(maskedBins <= spectrum.size());
  const auto join = [&](size_t bin, Lanes mask) {
    const Lanes first = load(frames[0][bin]);
    const Lanes second = load(frames[1][bin]);
    spectrum[bin] = {mask * lowHalves(first, second), mask * highHalves(first, second)};
  };
  const auto [first, second] = masks;
  size_t bin = 0;
  for (; bin + 2 <= maskedBins; bin += 2) {
    const Lanes a = loadLanes(first.bins + 2 * bin);
    const Lanes b = loadLanes(second.bins + 2 * bin);
    join(bin, lowHalves(a, b));
    join(bin + 1, highHalves(a, b));
  }
  if (bin < maskedBins) {
    join(bin, Lanes{first.bins[2 * bin], first.bins[2 * bin + 1], second.bins[2 * bin],
                    second.bins[2 * bin + 1]});
    ++bin;
  }
  const Lanes above = {first.above[0], first.above[1], second.above[0], second.above[1]};
  for (; bin < spectrum.size(); ++bin) join(bin, above);
}

std::array<float, 2> meanMask(const float* mask, size_t first, size_t last) {
  Lanes sums{};
  size_t bin = first;
  for (; bin + 2 <= last; bin += 2) sums += loadLanes(mask + 2 * bin);
  if (bin < last) sums += Lanes{mask[2 * bin], mask[2 * bin + 1], 0, 0};
  const float share = 1.0F / static_cast<float>(last - first);
  return {share * (sums[0] + sums[2]), share * (sums[1] + sums[3])};
}

}  // namespace divisi::audio
