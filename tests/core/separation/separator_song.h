// A song made by code for the real networks: a singing voice over a band, both known.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "audio/signals.h"

namespace divisi::test {

inline constexpr int kSongRate = 44100;

/// One formant's resonance at `hz`.
inline double formant(double hz, double centre, double width) {
  const double distance = (hz - centre) / width;
  return 1 / (1 + distance * distance);
}

/// A vowel with vibrato: harmonics under four formants, and breath above them up to 20 kHz.
/// Exactly periodic in `periodFrames`, so that a stretch of it can be compared with the next.
inline std::vector<float> singing(size_t frames, size_t periodFrames, double noteHz) {
  const double period = static_cast<double>(periodFrames) / kSongRate;
  // A whole number of cycles and one turn of vibrato a period.
  const double base = std::round(noteHz * period) / period;
  constexpr std::array<std::array<double, 3>, 4> kFormants = {
      {{700, 110, 1.0}, {1220, 130, 0.6}, {2600, 170, 0.35}, {3400, 250, 0.25}}};
  const std::vector<float> breath = noise(periodFrames, 17, 0.012);
  std::vector<float> samples(periodFrames);
  for (int k = 1; k * base < 16000; ++k) {
    double gain = 0.002;
    for (const auto& [centre, width, weight] : kFormants) {
      gain += weight * formant(k * base, centre, width);
    }
    gain *= 0.25 / std::sqrt(k);
    for (size_t n = 0; n < periodFrames; ++n) {
      const double turn = static_cast<double>(n) / static_cast<double>(periodFrames);
      const double phase =
          k * (base * period * turn + 0.15 * std::sin(2 * std::numbers::pi * turn));
      samples[n] += static_cast<float>(gain * std::sin(2 * std::numbers::pi * phase));
    }
  }
  for (size_t n = 1; n < periodFrames; ++n) samples[n] += breath[n] - breath[n - 1];
  std::vector<float> song(frames);
  for (size_t n = 0; n < frames; ++n) song[n] = samples[n % periodFrames];
  return song;
}

/// Adds an "s" to the voice every `periodFrames`, a tenth of a second of noise that rises with
/// frequency.
inline void addSibilants(std::vector<float>& voice, size_t periodFrames) {
  constexpr size_t kLength = 4096;
  const std::vector<float> hiss = noise(voice.size(), 5, 0.8);
  for (size_t n = 2; n < voice.size(); ++n) {
    const size_t phase = n % periodFrames;
    if (phase >= kLength) continue;
    const auto weight = static_cast<float>(
        std::sin(std::numbers::pi * static_cast<double>(phase) / static_cast<double>(kLength)));
    const float sibilant = 0.25F * (hiss[n] - 2 * hiss[n - 1] + hiss[n - 2]);
    voice[n] += weight * (sibilant - voice[n]);
  }
}

/// Chords of plucked tones with a bass and a hi-hat, periodic likewise.
inline std::vector<float> band(size_t frames, size_t periodFrames) {
  const double period = static_cast<double>(periodFrames) / kSongRate;
  std::vector<float> samples(periodFrames);
  for (const double note : {65.4, 130.8, 196.0, 261.6, 329.6}) {
    const double base = std::round(note * period) / period;
    for (int k = 1; k <= 8; ++k) {
      for (size_t n = 0; n < periodFrames; ++n) {
        const double seconds = static_cast<double>(n) / kSongRate;
        const double decay = std::exp(-3 * seconds / period);
        samples[n] += static_cast<float>(0.06 / k * decay * sineAt(k * base, seconds, note + k));
      }
    }
  }
  const std::vector<float> hiss = noise(periodFrames, 23, 0.2);
  for (size_t n = 1; n < periodFrames; ++n) {
    const double decay = std::exp(-60.0 * static_cast<double>(n % (periodFrames / 2)) / kSongRate);
    samples[n] += static_cast<float>(decay) * (hiss[n] - hiss[n - 1]) * 0.5F;
  }
  std::vector<float> song(frames);
  for (size_t n = 0; n < frames; ++n) song[n] = samples[n % periodFrames];
  return song;
}

}  // namespace divisi::test
