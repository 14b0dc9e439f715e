// What rows of a song are compared by: its harmony, and its timbre.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sections/features/song_rows.h"

namespace divisi::sections {

/// Rows of as many numbers each.
struct Table {
  size_t width = 0;
  std::vector<float> values = {};

  [[nodiscard]] std::span<float> row(size_t index) {
    return std::span(values).subspan(index * width, width);
  }
  [[nodiscard]] std::span<const float> row(size_t index) const {
    return std::span(values).subspan(index * width, width);
  }
};

struct SongFeatures {
  size_t rows = 0;
  double rowSeconds = 0;
  /// Chroma of length 1; of length 0 where next to nothing sounds.
  Table harmony = {};
  /// Cepstrum (the cosine transform of mel bands in decibels), its mean over the song left out.
  Table timbre = {};
  /// Mean decibels of the mel bands.
  std::vector<float> loudness = {};
  /// From the first row that sounds to behind the last one.
  size_t firstSound = 0;
  size_t endSound = 0;
};

[[nodiscard]] SongFeatures featuresOf(const SongRows& song);

[[nodiscard]] float dot(std::span<const float> a, std::span<const float> b);

/// Scales to length 1; what is shorter than `least` becomes 0.
void normalise(std::span<float> values, float least = 1e-6F);

}  // namespace divisi::sections
