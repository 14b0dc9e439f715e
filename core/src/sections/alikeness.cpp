#include "sections/alikeness.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace divisi::sections {
namespace {

// Boundaries are found within two rows or so.
constexpr std::ptrdiff_t kSlackRows = 2;
// How much of the shorter one must be compared.
constexpr double kLeastOverlap = 0.7;
// How much better a transposition must be than none.
constexpr float kTransposition = 0.1F;
// What timbre counts, from 0.5 to 1 pairs of sections are told apart as well within 0.03.
constexpr float kTimbre = 0.75F;
// Chords change a row earlier or later.
constexpr std::array<float, 5> kBlur = {0.01F, 0.21F, 0.56F, 0.21F, 0.01F};

/// What sets the chroma of rows apart from the song's: what all have in common says nothing.
Table harmonyOf(const SongFeatures& song) {
  const size_t width = song.harmony.width;
  std::vector<float> mean(width);
  size_t sounding = 0;
  const auto sounds = [&](size_t row) {
    const std::span<const float> values = song.harmony.row(row);
    return std::ranges::any_of(values, [](float value) { return value > 0; });
  };
  for (size_t row = 0; row < song.rows; ++row) {
    if (!sounds(row)) continue;
    for (size_t i = 0; i < width; ++i) mean[i] += song.harmony.row(row)[i];
    ++sounding;
  }
  Table centred = {.width = width, .values = std::vector<float>(song.rows * width)};
  for (size_t row = 0; row < song.rows; ++row) {
    if (!sounds(row)) continue;
    for (size_t i = 0; i < width; ++i) {
      centred.row(row)[i] = song.harmony.row(row)[i] - mean[i] / static_cast<float>(sounding);
    }
    normalise(centred.row(row));
  }
  Table result = {.width = width, .values = std::vector<float>(song.rows * width)};
  for (size_t row = 0; row < song.rows; ++row) {
    for (size_t tap = 0; tap < kBlur.size(); ++tap) {
      const size_t at = std::min(row + tap - std::min(row + tap, kBlur.size() / 2), song.rows - 1);
      for (size_t i = 0; i < width; ++i) result.row(row)[i] += kBlur[tap] * centred.row(at)[i];
    }
    normalise(result.row(row));
  }
  return result;
}

using Turned = std::array<float, audio::kPitchClasses>;

/// For each transposition, the sum over rows of how well they agree.
Turned agreement(const Table& harmony, size_t a, size_t b, size_t rows) {
  Turned sums{};
  for (size_t row = 0; row < rows; ++row) {
    const std::span<const float> up = harmony.row(a + row);
    const std::span<const float> from = harmony.row(b + row);
    for (size_t turn = 0; turn < sums.size(); ++turn) {
      float sum = 0;
      for (size_t i = 0; i + turn < sums.size(); ++i) sum += up[i + turn] * from[i];
      for (size_t i = sums.size() - turn; i < sums.size(); ++i) {
        sum += up[i + turn - sums.size()] * from[i];
      }
      sums[turn] += sum;
    }
  }
  return sums;
}

/// How well chords agree at best, the shorter section anywhere in the longer one.
Alike compareHarmony(const Table& harmony, const Span& a, const Span& b) {
  const auto rowsA = static_cast<std::ptrdiff_t>(a.rows());
  const auto rowsB = static_cast<std::ptrdiff_t>(b.rows());
  const double least = kLeastOverlap * static_cast<double>(std::min(rowsA, rowsB));
  Turned best;
  best.fill(-1);
  const std::ptrdiff_t from = std::min<std::ptrdiff_t>(0, rowsB - rowsA) - kSlackRows;
  const std::ptrdiff_t to = std::max<std::ptrdiff_t>(0, rowsB - rowsA) + kSlackRows;
  for (std::ptrdiff_t shift = from; shift <= to; ++shift) {
    // Row r of `a` beside row r + shift of `b`.
    const std::ptrdiff_t first = std::max<std::ptrdiff_t>(0, -shift);
    const std::ptrdiff_t end = std::min(rowsA, rowsB - shift);
    if (end <= first || static_cast<double>(end - first) < least) continue;
    const Turned sums =
        agreement(harmony, a.first + static_cast<size_t>(first),
                  b.first + static_cast<size_t>(first + shift), static_cast<size_t>(end - first));
    for (size_t turn = 0; turn < sums.size(); ++turn) {
      best[turn] = std::max(best[turn], sums[turn] / static_cast<float>(end - first));
    }
  }
  const auto highest = std::ranges::max_element(best);
  if (*highest < best[0] + kTransposition) return {.score = best[0]};
  return {.score = *highest, .transposition = static_cast<int>(highest - best.begin())};
}

/// Mean timbre of each section, in deviations of the song's rows. Without the first number of the
/// cepstrum, which is loudness.
std::vector<std::vector<float>> timbresOf(const SongFeatures& song,
                                          std::span<const Span> sections) {
  std::vector<float> power(song.timbre.width);
  for (size_t row = 0; row < song.rows; ++row) {
    for (size_t i = 0; i < power.size(); ++i) {
      const float value = song.timbre.row(row)[i];
      power[i] += value * value / static_cast<float>(song.rows);
    }
  }
  std::vector<std::vector<float>> timbres;
  for (const Span& section : sections) {
    std::vector<float>& timbre = timbres.emplace_back(power.size() - 1);
    for (size_t row = section.first; row < section.end; ++row) {
      for (size_t i = 1; i < power.size(); ++i) timbre[i - 1] += song.timbre.row(row)[i];
    }
    for (size_t i = 1; i < power.size(); ++i) {
      timbre[i - 1] /= std::sqrt(power[i] + 1e-12F) * static_cast<float>(section.rows());
    }
  }
  return timbres;
}

float distanceOf(const std::vector<float>& a, const std::vector<float>& b) {
  float sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum / static_cast<float>(a.size()));
}

}  // namespace

std::vector<std::vector<Alike>> compareSections(const SongFeatures& song,
                                                std::span<const Span> sections) {
  const Table harmony = harmonyOf(song);
  const std::vector<std::vector<float>> timbres = timbresOf(song, sections);
  std::vector<std::vector<Alike>> alike(sections.size(),
                                        std::vector<Alike>(sections.size(), {.score = 1}));
  for (size_t i = 0; i < sections.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      Alike& pair = alike[i][j];
      pair = compareHarmony(harmony, sections[i], sections[j]);
      pair.score -= kTimbre * distanceOf(timbres[i], timbres[j]);
      alike[j][i] = pair;
      if (pair.transposition > 0) {
        alike[j][i].transposition = static_cast<int>(audio::kPitchClasses) - pair.transposition;
      }
    }
  }
  return alike;
}

}  // namespace divisi::sections
