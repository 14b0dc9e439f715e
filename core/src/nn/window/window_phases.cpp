#include "nn/window/window_phases.h"

#include <algorithm>

namespace divisi::nn {

AxisPhases axisPhases(const AxisWindow& w) {
  AxisPhases result;
  result.outputStep = w.transposed ? w.stride : 1;
  result.inputStep = w.transposed ? 1 : w.stride;
  result.length = (w.output + result.outputStep - 1) / result.outputStep;
  result.phases.resize(static_cast<size_t>(result.outputStep));
  result.lowest = INT64_MAX;
  result.highest = INT64_MIN;
  for (int64_t tap = 0; tap < w.kernel; ++tap) {
    int64_t phase = 0;
    int64_t offset = tap * w.dilation - w.before;
    if (w.transposed) {
      // Input i reaches output stride * i + place.
      const int64_t place = offset;
      phase = (place % w.stride + w.stride) % w.stride;
      offset = (phase - place) / w.stride;
    }
    result.phases[static_cast<size_t>(phase)].push_back({tap, offset});
    result.lowest = std::min(result.lowest, offset);
    result.highest = std::max(result.highest, offset);
  }
  // In the order of their offsets, which fall where the kernel is turned round.
  if (w.transposed) {
    for (auto& taps : result.phases) std::ranges::reverse(taps);
  }
  return result;
}

namespace {

bool areNeighbours(const std::vector<AxisTap>& taps) {
  for (size_t i = 1; i < taps.size(); ++i) {
    if (taps[i].offset != taps[i - 1].offset + 1) return false;
  }
  return true;
}

}  // namespace

WindowPhases windowPhases(const AxisPhases& vertical, const AxisPhases& horizontal,
                          int64_t kernelWidth, bool joins) {
  WindowPhases result;
  for (size_t row = 0; row < vertical.phases.size(); ++row) {
    for (size_t column = 0; column < horizontal.phases.size(); ++column) {
      const auto& across = horizontal.phases[column];
      WindowPhase phase = {.row = static_cast<int64_t>(row),
                           .column = static_cast<int64_t>(column),
                           .firstTap = result.tapOrder.size(),
                           .tapsOfPart = 1,
                           .parts = {}};
      const bool joined = joins && areNeighbours(across);
      if (joined && !across.empty()) phase.tapsOfPart = across.size();
      for (const AxisTap& down : vertical.phases[row]) {
        for (size_t i = 0; i < across.size(); ++i) {
          if (!joined || i == 0) phase.parts.push_back({down.offset, across[i].offset});
          result.tapOrder.push_back(static_cast<size_t>(down.tap * kernelWidth + across[i].tap));
        }
      }
      result.phases.push_back(std::move(phase));
    }
  }
  return result;
}

}  // namespace divisi::nn
