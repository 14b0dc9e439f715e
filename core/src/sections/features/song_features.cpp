#include "sections/features/song_features.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace divisi::sections {
namespace {

constexpr size_t kCepstrum = 14;
// Rows with less than this part of the median's partials sound as good as not.
constexpr float kQuiet = 0.02F;
// Below the loudest band by this, timbre is noise.
constexpr float kRangeDb = 70;

/// Fills harmony, and where sound starts and ends.
void hearHarmony(const SongRows& song, SongFeatures& features) {
  const double cents = song.tuning().cents;
  Table& harmony = features.harmony;
  harmony = {.width = audio::kPitchClasses,
             .values = std::vector<float>(features.rows * audio::kPitchClasses)};
  std::vector<float> sums(features.rows);
  std::vector<float> sounding;
  for (size_t row = 0; row < features.rows; ++row) {
    const audio::Chroma chroma = audio::chromaOf(song.partials(row), cents);
    for (size_t i = 0; i < chroma.size(); ++i) {
      // Square roots keep the loudest note from being all that counts.
      harmony.row(row)[i] = static_cast<float>(std::sqrt(chroma[i]));
      sums[row] += static_cast<float>(chroma[i]);
    }
    if (sums[row] > 0) sounding.push_back(sums[row]);
  }
  if (sounding.empty()) return;
  const auto middle = sounding.begin() + static_cast<std::ptrdiff_t>(sounding.size() / 2);
  std::ranges::nth_element(sounding, middle);
  const float least = kQuiet * *middle;
  features.firstSound = features.rows;
  for (size_t row = 0; row < features.rows; ++row) {
    if (sums[row] <= least) {
      std::ranges::fill(harmony.row(row), 0.0F);
      continue;
    }
    normalise(harmony.row(row));
    features.firstSound = std::min(features.firstSound, row);
    features.endSound = row + 1;
  }
}

void hearTimbre(const SongRows& song, SongFeatures& features) {
  Table& timbre = features.timbre;
  timbre = {.width = kCepstrum, .values = std::vector<float>(features.rows * kCepstrum)};
  features.loudness.resize(features.rows);
  float highest = 0;
  for (size_t row = 0; row < features.rows; ++row) {
    highest = std::max(highest, std::ranges::max(song.mel(row)));
  }
  std::vector<float> waves(kCepstrum * kBands);
  for (size_t i = 0; i < kCepstrum; ++i) {
    for (size_t band = 0; band < kBands; ++band) {
      const double turn = std::numbers::pi * static_cast<double>(i) / kBands;
      waves[i * kBands + band] = static_cast<float>(
          std::sqrt(2.0 / kBands) * std::cos(turn * (static_cast<double>(band) + 0.5)));
    }
  }
  std::vector<float> mean(kCepstrum);
  std::vector<float> bands(kBands);
  for (size_t row = 0; row < features.rows; ++row) {
    std::ranges::transform(song.mel(row), bands.begin(),
                           [&](float level) { return std::max(level, highest - kRangeDb); });
    for (size_t i = 0; i < kCepstrum; ++i) {
      const float value = dot(bands, std::span(waves).subspan(i * kBands, kBands));
      timbre.row(row)[i] = value;
      mean[i] += value / static_cast<float>(features.rows);
    }
    for (const float level : bands) features.loudness[row] += level / kBands;
  }
  for (size_t row = 0; row < features.rows; ++row) {
    for (size_t i = 0; i < kCepstrum; ++i) timbre.row(row)[i] -= mean[i];
  }
}

}  // namespace

float dot(std::span<const float> a, std::span<const float> b) {
  float sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void normalise(std::span<float> values, float least) {
  const float length = std::sqrt(dot(values, values));
  const float scale = length > least ? 1 / length : 0;
  for (float& value : values) value *= scale;
}

SongFeatures featuresOf(const SongRows& song) {
  SongFeatures features = {.rows = song.count(), .rowSeconds = song.rowSeconds()};
  hearHarmony(song, features);
  hearTimbre(song, features);
  return features;
}

}  // namespace divisi::sections
