// Alikeness: how much two sections of a song sound like the same one.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sections/features/song_features.h"

namespace divisi::sections {

/// Rows `first` to before `end`.
struct Span {
  size_t first = 0;
  size_t end = 0;

  [[nodiscard]] size_t rows() const { return end - first; }
};

/// Of two sections.
struct Alike {
  /// How well the chords agree, one after another, -1 to 1, less how far the mean timbres lie
  /// apart, in deviations of the song's rows. 0.7 and more for exact repetitions.
  float score = 0;
  /// By how many semitones up, 0 to 11, the first of the two is the second; 0 unless chords agree
  /// clearly better so.
  int transposition = 0;
};

/// All pairs: [section][other section], both ways.
[[nodiscard]] std::vector<std::vector<Alike>> compareSections(const SongFeatures& song,
                                                              std::span<const Span> sections);

}  // namespace divisi::sections
