#include "nn/algebra/group_norm.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/integers.h"
#include "base/lanes.h"

namespace divisi::nn {
namespace {

// The channels in turn, as often as fill whole vectors, and at least this many floats: a block is
// then a run of such patterns, whatever the number of channels.
constexpr size_t kShortest = 32;

// As many patterns are added up in float32 before the sum is continued in double: too few to lose
// more than the last bit.
constexpr size_t kTile = 16;

size_t patternLength(size_t channels) {
  return roundedUp(kShortest, channels * (kLanes / std::gcd(channels, kLanes)));
}

// DoubleLanes of the differences from what is expected, and of their squares, of each place of the
// pattern.
class Statistics {
 public:
  Statistics(size_t pattern, double* sums, const float* expected)
      : pattern_(pattern), sums_(sums), squares_(sums + pattern), expected_(expected) {}

  void take(const float* x, size_t count) {
    std::fill_n(sums_, 2 * pattern_, 0.0);
    const size_t patterns = count / pattern_;
    for (size_t first = 0; first < patterns; first += kTile) {
      tile(x + first * pattern_, std::min(kTile, patterns - first), pattern_);
    }
    x += patterns * pattern_;
    count -= patterns * pattern_;
    const size_t whole = count / kLanes * kLanes;
    tile(x, 1, whole);
    for (size_t i = whole; i < count; ++i) {
      const double difference = static_cast<double>(x[i]) - expected_[i];
      sums_[i] += difference;
      squares_[i] += difference * difference;
    }
  }

 private:
  void tile(const float* x, size_t patterns, size_t length) {
    for (size_t i = 0; i < length; i += kLanes) {
      const Lanes expected = loadLanes(expected_ + i);
      Lanes sum = {};
      Lanes square = {};
      for (size_t k = 0; k < patterns; ++k) {
        const Lanes difference = loadLanes(x + k * pattern_ + i) - expected;
        sum += difference;
        square = multiplyAdd(difference, difference, square);
      }
      add(sums_ + i, sum);
      add(squares_ + i, square);
    }
  }

  static void add(double* to, Lanes values) {
    DoubleLanes sums;
    std::memcpy(&sums, to, sizeof sums);
    sums += __builtin_convertvector(values, DoubleLanes);
    std::memcpy(to, &sums, sizeof sums);
  }

  size_t pattern_;
  double* sums_;
  double* squares_;
  const float* expected_;
};

}  // namespace

size_t GroupNorm::scratchElements() const {
  return patternLength(channels) * (3 + 2 * sizeof(double) / sizeof(float));
}

void GroupNorm::run(const float* x, float* y, float* scratch) const {
  const size_t pattern = patternLength(channels);
  auto* sums = reinterpret_cast<double*>(scratch);
  const double* squares = sums + pattern;
  float* expected = scratch + 2 * pattern * (sizeof(double) / sizeof(float));
  float* factors = expected + pattern;
  float* offsets = factors + pattern;
  const size_t width = channels / groups;
  const size_t count = rows * channels;
  const double perGroup = 1 / static_cast<double>(rows * width);
  // What the pattern has of a group: `use` gets the place and the channel.
  const auto forGroup = [&](size_t group, auto&& use) {
    for (size_t start = group * width; start < pattern; start += channels) {
      for (size_t i = 0; i < width; ++i) use(start + i, group * width + i);
    }
  };
  Statistics statistics(pattern, sums, expected);
  for (size_t block = 0; block < blocks; ++block, x += count, y += count) {
    // In two passes: the difference of large sums would lose what is small beside the mean. The
    // first finds the mean as well as a float32 can say it, the second what is left of it.
    std::fill_n(expected, pattern, 0.0F);
    statistics.take(x, count);
    for (size_t group = 0; group < groups; ++group) {
      double sum = 0;
      forGroup(group, [&](size_t i, size_t) { sum += sums[i]; });
      const auto mean = static_cast<float>(sum * perGroup);
      forGroup(group, [&](size_t i, size_t) { expected[i] = mean; });
    }
    statistics.take(x, count);
    for (size_t group = 0; group < groups; ++group) {
      double sum = 0;
      double square = 0;
      forGroup(group, [&](size_t i, size_t) {
        sum += sums[i];
        square += squares[i];
      });
      const double rest = sum * perGroup;
      const double factor = 1 / std::sqrt(square * perGroup - rest * rest + epsilon);
      forGroup(group, [&](size_t i, size_t channel) {
        const double whole = factor * static_cast<double>(scale[channel]);
        factors[i] = static_cast<float>(whole);
        offsets[i] = static_cast<float>(static_cast<double>(offset[channel]) - rest * whole);
      });
    }
    for (size_t first = 0; first < count; first += pattern) {
      const size_t end = std::min(pattern, count - first);
      size_t i = 0;
      for (; i + kLanes <= end; i += kLanes) {
        const Lanes difference = loadLanes(x + first + i) - loadLanes(expected + i);
        storeLanes(y + first + i,
                   multiplyAdd(difference, loadLanes(factors + i), loadLanes(offsets + i)));
      }
      for (; i < end; ++i) y[first + i] = (x[first + i] - expected[i]) * factors[i] + offsets[i];
    }
  }
}

}  // namespace divisi::nn
