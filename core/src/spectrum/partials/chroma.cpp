#include "spectrum/partials/chroma.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "spectrum/partials/tuning.h"

namespace divisi::audio {
namespace {

constexpr double kSteps = static_cast<double>(kChromaSteps) / kPitchClasses;
constexpr size_t kHarmonics = 4;
// The power of its amplitude that a partial counts.
constexpr double kLoudness = 0.75;
// What it counts for the note an octave (and so on) below, of what it counts for its own.
constexpr double kHarmonicDecay = 0.6;
constexpr int kMiddleC = -9;  // in semitones above A = 440 Hz

}  // namespace

void addPartials(std::span<const SpectralPeak> peaks, float maxHz, ChromaSteps& steps) {
  for (const SpectralPeak& peak : peaks) {
    if (peak.hz > maxHz) continue;
    // Loud notes shall not be all that counts.
    double weight = std::pow(10, kLoudness * static_cast<double>(peak.level) / 20);
    const double semitones = semitonesOf(peak.hz) - kMiddleC;
    for (size_t harmonic = 1; harmonic <= kHarmonics; ++harmonic) {
      const double note = semitones - 12 * std::log2(static_cast<double>(harmonic));
      const double octaves = note / kPitchClasses;
      const auto place = static_cast<size_t>((octaves - std::floor(octaves)) * kChromaSteps);
      steps[std::min(place, kChromaSteps - 1)] += static_cast<float>(weight);
      weight *= kHarmonicDecay;
    }
  }
}

Chroma chromaOf(std::span<const float> steps, double cents) {
  Chroma chroma{};
  for (size_t i = 0; i < kChromaSteps; ++i) {
    const double note = (static_cast<double>(i) + 0.5) / kSteps - cents / 100;
    const double nearest = std::round(note);
    const double fit = std::cos(std::numbers::pi * (note - nearest));
    const auto pitchClass = static_cast<size_t>(nearest + kPitchClasses) % kPitchClasses;
    chroma[pitchClass] += static_cast<double>(steps[i]) * fit * fit;
  }
  return chroma;
}

}  // namespace divisi::audio
