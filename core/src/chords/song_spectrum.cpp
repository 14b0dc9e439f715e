#include "chords/song_spectrum.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace divisi::chords {
namespace {

constexpr float kStepsPerDb = 200;
// librosa's `amin` for amplitudes: -100 dB.
constexpr float kSmallest = 1e-5F;

}  // namespace

bool SongSpectrum::add(std::span<const float> magnitudes) {
  std::vector<int16_t> row(bins_);
  for (size_t bin = 0; bin < bins_; ++bin) {
    const float db = 20 * std::log10(std::max(magnitudes[bin], kSmallest));
    row[bin] = static_cast<int16_t>(
        std::clamp(std::round(db * kStepsPerDb), float{INT16_MIN}, float{INT16_MAX}));
  }
  for (size_t harmonic = 0; harmonic < kHarmonics; ++harmonic) {
    const auto first = row.begin() + static_cast<std::ptrdiff_t>(harmonic * binsPerOctave_);
    const auto last = first + static_cast<std::ptrdiff_t>(width());
    highest_[harmonic] = std::max(highest_[harmonic], *std::max_element(first, last));
  }
  return levels_.append(row);
}

void SongSpectrum::features(size_t frame, const FeatureScale& scale, float* to) const {
  const int16_t* row = levels_.data() + frame * bins_;
  for (size_t harmonic = 0; harmonic < kHarmonics; ++harmonic) {
    const int16_t* levels = row + harmonic * binsPerOctave_;
    const int highest = highest_[harmonic];
    for (size_t bin = 0; bin < width(); ++bin) {
      const float db = static_cast<float>(levels[bin] - highest) / kStepsPerDb;
      to[bin * kHarmonics + harmonic] =
          std::max(db, -scale.rangeDb) * scale.scale[harmonic] + scale.offset[harmonic];
    }
  }
}

}  // namespace divisi::chords
