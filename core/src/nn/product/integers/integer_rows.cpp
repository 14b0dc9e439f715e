#include "nn/product/integers/integer_rows.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "base/lanes.h"

namespace divisi::nn {
namespace {

using Shorts = int16_t __attribute__((vector_size(16)));

constexpr size_t kStep = 2 * kLanes;
// Where even the inverse would overflow there is nothing to hear.
constexpr float kSilence = 1e-30F;

// The nearest whole numbers, of at most 16 bits, of eight.
Shorts rounded(Lanes low, Lanes high) {
  // What is behind the point has no place beside 1.5 * 2^23, whose own low bits are zeros.
  const Lanes magic = allLanes(12582912.0F);
  low += magic;
  high += magic;
  Shorts lowBits;
  Shorts highBits;
  std::memcpy(&lowBits, &low, sizeof(lowBits));
  std::memcpy(&highBits, &high, sizeof(highBits));
  return __builtin_shufflevector(lowBits, highBits, 0, 2, 4, 6, 8, 10, 12, 14);
}

// The last numbers of a row, and zeros behind them.
std::array<float, kStep> rest(const float* from, size_t count) {
  std::array<float, kStep> values = {};
  std::copy_n(from, count, values.data());
  return values;
}

struct Extent {
  float peak = 0;
  bool isFinite = true;
};

Extent extentOf(const float* values, size_t count) {
  Lanes peaks = {};
  Lanes faults = {};  // zeros, and NaN where something isn't finite
  const auto look = [&](const float* from) {
    for (size_t half = 0; half < kStep; half += kLanes) {
      const Lanes x = loadLanes(from + half);
      const Lanes size = x > 0 ? x : -x;
      peaks = size > peaks ? size : peaks;
      faults += x * 0;
    }
  };
  size_t i = 0;
  for (; i + kStep <= count; i += kStep) look(values + i);
  if (i < count) look(rest(values + i, count - i).data());
  return {.peak = std::max({peaks[0], peaks[1], peaks[2], peaks[3]}),
          .isFinite = faults[0] + faults[1] + faults[2] + faults[3] == 0};
}

void roundNumbers(const float* from, size_t count, float factor, int16_t* to) {
  const Lanes factors = allLanes(factor);
  const auto next = [&](const float* values) {
    return rounded(loadLanes(values) * factors, loadLanes(values + kLanes) * factors);
  };
  size_t i = 0;
  for (; i + kStep <= count; i += kStep) {
    const Shorts numbers = next(from + i);
    std::memcpy(to + i, &numbers, sizeof(numbers));
  }
  if (i == count) return;
  const Shorts numbers = next(rest(from + i, count - i).data());
  std::memcpy(to + i, &numbers, (count - i) * sizeof(int16_t));
}

}  // namespace

float roundRow(const float* from, size_t count, float limit, int16_t* to) {
  const Extent extent = extentOf(from, count);
  const bool isSilent = !(extent.peak > kSilence);
  roundNumbers(from, count, isSilent ? 0.0F : limit / extent.peak, to);
  if (!extent.isFinite) return std::numeric_limits<float>::quiet_NaN();
  return isSilent ? 0.0F : extent.peak / limit;
}

}  // namespace divisi::nn
