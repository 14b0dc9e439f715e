// Test signals and measures for audio: deterministic, in double precision.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

namespace divisi::test {

/// Uniform noise in [-1, 1], the same on every machine.
class Noise {
 public:
  explicit Noise(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15U + 1) {}
  double next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(static_cast<int64_t>(state_) >> 11) / 4503599627370496.0;
  }

 private:
  uint64_t state_;
};

inline std::vector<float> noise(size_t frames, uint64_t seed, double amplitude = 0.5) {
  Noise source(seed);
  std::vector<float> samples(frames);
  for (float& sample : samples) sample = static_cast<float>(amplitude * source.next());
  return samples;
}

inline double sineAt(double hz, double seconds, double phase) {
  return std::sin(2 * std::numbers::pi * hz * seconds + phase);
}

inline double energy(const float* samples, size_t count) {
  double sum = 0;
  for (size_t n = 0; n < count; ++n) sum += static_cast<double>(samples[n]) * samples[n];
  return sum;
}

/// 10 log10(sum of want^2 / sum of (want - got)^2); 999 when they are equal.
template <typename Want, typename Got>
double snrDb(const Want& want, const Got& got, size_t begin, size_t end) {
  double signal = 0;
  double error = 0;
  for (size_t n = begin; n < end; ++n) {
    const double difference = static_cast<double>(want[n]) - static_cast<double>(got[n]);
    signal += static_cast<double>(want[n]) * static_cast<double>(want[n]);
    error += difference * difference;
  }
  return error == 0 ? 999 : 10 * std::log10(signal / error);
}

template <typename Want, typename Got>
double snrDb(const Want& want, const Got& got) {
  return snrDb(want, got, 0, want.size());
}

}  // namespace divisi::test
