#include "spectrum/partials/tuning.h"

#include <algorithm>
#include <cmath>

namespace divisi::audio {
namespace {

constexpr double kCentsPerClass = 0.25;
// Below, a semitone is too few bins wide for its partials to be told apart; above, strings'
// partials are sharp.
constexpr float kMinHz = 150;
constexpr float kMaxHz = 1500;
// Weaker partials of a frame are overtones and noise.
constexpr float kRangeDb = 30;
// Quieter frames are silent: what 16 bits leave of music that has faded out.
constexpr float kSilentDb = -90;
// How far around the densest place votes count, as the deviation of a bell curve. From 10 to 14
// the mean error on songs of known tuning is the same within 0.05 cents.
constexpr double kSpreadCents = 12;
constexpr double kConfidentCents = 15;

/// From -50 to 50 cents.
double wrapped(double cents) { return cents - 100 * std::floor((cents + 50) / 100); }

double bell(double cents) {
  return std::exp(-0.5 * (cents / kSpreadCents) * (cents / kSpreadCents));
}

}  // namespace

double semitonesOf(double hz) { return 12 * std::log2(hz / 440); }

void TuningMeter::add(std::span<const SpectralPeak> peaks) {
  float highest = kSilentDb;
  for (const SpectralPeak& peak : peaks) highest = std::max(highest, peak.level);
  heard_ = highest > kSilentDb;
  if (!heard_) return;
  for (const SpectralPeak& peak : peaks) {
    if (peak.hz < kMinHz || peak.hz > kMaxHz || peak.level < highest - kRangeDb) continue;
    const double semitones = semitonesOf(peak.hz);
    const double cents = 100 * (semitones - std::floor(semitones));
    const auto place = std::min(static_cast<size_t>(cents / kCentsPerClass), kClasses - 1);
    votes_[place] += std::pow(10, peak.level / 20);
  }
}

Tuning TuningMeter::tuning() const {
  const auto centsOf = [](size_t place) {
    return (static_cast<double>(place) + 0.5) * kCentsPerClass;
  };
  double all = 0;
  for (const double votes : votes_) all += votes;
  if (all <= 0) return {};
  double densest = 0;
  double most = -1;
  for (size_t at = 0; at < kClasses; ++at) {
    double density = 0;
    for (size_t i = 0; i < kClasses; ++i) {
      density += votes_[i] * bell(wrapped(centsOf(i) - centsOf(at)));
    }
    if (density <= most) continue;
    most = density;
    densest = centsOf(at);
  }
  // To the mean of what lies around, as seen from there: a few steps of mean shift.
  for (int step = 0; step < 8; ++step) {
    double weights = 0;
    double sum = 0;
    for (size_t i = 0; i < kClasses; ++i) {
      const double distance = wrapped(centsOf(i) - densest);
      weights += votes_[i] * bell(distance);
      sum += votes_[i] * bell(distance) * distance;
    }
    densest += sum / weights;
  }
  double near = 0;
  for (size_t i = 0; i < kClasses; ++i) {
    if (std::abs(wrapped(centsOf(i) - densest)) <= kConfidentCents) near += votes_[i];
  }
  return {.cents = wrapped(densest), .confidence = near / all};
}

}  // namespace divisi::audio
