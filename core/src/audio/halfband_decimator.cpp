#include "audio/halfband_decimator.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace divisi::audio {
namespace {

constexpr double kKaiserBeta = 9;
// Outputs of one pass: bounds the memory for the odd samples.
constexpr size_t kBlock = 1024;

/// The modified Bessel function of the first kind and order 0, by its series.
double bessel(double x) {
  double sum = 1;
  double term = 1;
  for (int k = 1; term > 1e-17 * sum; ++k) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
  }
  return sum;
}

}  // namespace

bool HalfbandDecimator::create() {
  for (size_t i = 0; i < kPairs; ++i) {
    const double distance = 2.0 * static_cast<double>(i) + 1;
    const double place = distance / kReach;
    const double window = bessel(kKaiserBeta * std::sqrt(1 - place * place)) / bessel(kKaiserBeta);
    const double sinc = std::sin(std::numbers::pi * distance / 2) / (std::numbers::pi * distance);
    taps_[i] = static_cast<float>(sinc * window);
  }
  // What is constant stays so: both sides together weigh as much as the middle.
  const float sum = 2 * std::accumulate(taps_.begin(), taps_.end(), 0.0F);
  for (float& tap : taps_) tap *= 0.5F / sum;
  odd_.resize(kBlock + kReach);
  return waiting_.reserve(1, 4 * kBlock) && waiting_.pushZeros(kReach);
}

bool HalfbandDecimator::push(const float* samples, size_t count, SampleQueue& out) {
  if (!waiting_.push(&samples, 0, count)) return false;
  while (waiting_.frames() > 2 * kReach) {
    const size_t outputs = std::min((waiting_.frames() - 2 * kReach - 1) / 2 + 1, kBlock);
    if (!out.extend(outputs)) return false;
    const float* in = waiting_.channel(0);
    float* to = out.tail(0, outputs);
    // kReach is odd, so the samples at odd distances are those with an even index.
    const size_t odds = outputs + kReach;
    for (size_t i = 0; i < odds; ++i) odd_[i] = in[2 * i];
    for (size_t i = 0; i < outputs; ++i) to[i] = 0.5F * in[2 * i + kReach];
    for (size_t pair = 0; pair < kPairs; ++pair) {
      const float tap = taps_[pair];
      const float* before = odd_.data() + kPairs - 1 - pair;
      const float* after = odd_.data() + kPairs + pair;
      for (size_t i = 0; i < outputs; ++i) to[i] += tap * (before[i] + after[i]);
    }
    waiting_.drop(2 * outputs);
  }
  return true;
}

}  // namespace divisi::audio
