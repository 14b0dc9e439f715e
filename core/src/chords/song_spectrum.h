// SongSpectrum: the constant-Q spectrum of a whole song, in decibels, kept small until the song's
// loudest bin is known, below which the network sees levels.
//
// Two bytes a bin, in steps of 0.005 dB: 5.4 kB a second.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/growing_array.h"
#include "chords/chord_document.h"

namespace divisi::chords {

class SongSpectrum {
 public:
  SongSpectrum(size_t bins, size_t binsPerOctave) : bins_(bins), binsPerOctave_(binsPerOctave) {}

  /// @param magnitudes of the next frame. @return false when memory ran out.
  [[nodiscard]] bool add(std::span<const float> magnitudes);

  [[nodiscard]] size_t frames() const { return levels_.size() / bins_; }

  /// Bins of a channel of features.
  [[nodiscard]] size_t width() const { return bins_ - binsPerOctave_; }

  /// What the network sees of a frame: [bin][harmonic], the second harmonic an octave above the
  /// first, each relative to its own highest level of the song.
  void features(size_t frame, const FeatureScale& scale, float* to) const;

 private:
  static constexpr size_t kHarmonics = 2;

  const size_t bins_;
  const size_t binsPerOctave_;
  GrowingArray<int16_t> levels_;  // [frame][bin]
  int16_t highest_[kHarmonics] = {INT16_MIN, INT16_MIN};
};

}  // namespace divisi::chords
