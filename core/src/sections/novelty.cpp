#include "sections/novelty.h"

#include <algorithm>
#include <cmath>

#include "base/float_buffer.h"
#include "base/text.h"

namespace divisi::sections {
namespace {

// Chords in a row are compared, for one chord alone comes back all the time.
constexpr double kContextSeconds = 1.5;
// Of all rows, those that are nearest to one count as its repetitions.
constexpr double kNearest = 0.06;
// Repetitions are no exact copies in time...
constexpr double kLagSeconds = 0.6;
// ... and what is repeated before a boundary and after it is judged over about this long. From 6 to
// 10 s boundaries are as good within 0.03.
constexpr double kSpanSeconds = 8;
// Timbre is compared over this long on either side; from 6 to 10 s the same.
constexpr double kTimbreSeconds = 8;
// What timbre counts; from a quarter to 1 the same within 0.03 on songs made for this.
constexpr float kTimbre = 0.5F;
// Shorter sections are none: two bars at most tempos.
constexpr double kLeastSeconds = 6.7;
// Of the highest novelty around; from 0.2 to 0.5 the same within 0.02.
constexpr float kLeastStrength = 0.35F;
constexpr double kAroundSeconds = 120;

size_t rowsOf(double seconds, const SongFeatures& song) {
  return std::max<size_t>(1, static_cast<size_t>(seconds / song.rowSeconds));
}

/// A bell curve around 0 that adds up to 1, for distances of up to 2.5 deviations on either side.
std::vector<float> bell(double deviation) {
  const auto reach = static_cast<size_t>(std::lround(2.5 * deviation));
  std::vector<float> weights(2 * reach + 1);
  float sum = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    const double x = (static_cast<double>(i) - static_cast<double>(reach)) / deviation;
    sum += weights[i] = static_cast<float>(std::exp(-0.5 * x * x));
  }
  for (float& weight : weights) weight /= sum;
  return weights;
}

/// Each row with those around it.
Table withContext(const SongFeatures& song) {
  const auto context = static_cast<size_t>(std::lround(kContextSeconds / song.rowSeconds));
  const size_t count = std::max<size_t>(context, 1);
  const size_t width = song.harmony.width;
  Table result = {.width = count * width, .values = std::vector<float>(song.rows * count * width)};
  for (size_t row = 0; row < song.rows; ++row) {
    for (size_t i = 0; i < count; ++i) {
      const size_t shifted = row + i - std::min(row + i, count / 2);
      const size_t source = std::min(shifted, song.rows - 1);
      std::ranges::copy(song.harmony.row(source), result.row(row).subspan(i * width).begin());
    }
  }
  return result;
}

/// repeats[row][lag] says whether the row `lag` later (from the start again behind the end) is one
/// of the nearest, both ways; blurred over lags.
void findRepeats(const SongFeatures& song, FloatBuffer& distances, FloatBuffer& repeats) {
  const size_t n = song.rows;
  const Table rows = withContext(song);
  std::vector<float> powers(n);
  for (size_t i = 0; i < n; ++i) powers[i] = dot(rows.row(i), rows.row(i));
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      const float distance = powers[i] + powers[j] - 2 * dot(rows.row(i), rows.row(j));
      distances.data()[i * n + j] = distances.data()[j * n + i] = distance;
    }
  }
  // Itself is one of them.
  const auto nearest = std::max<size_t>(1, static_cast<size_t>(kNearest * static_cast<double>(n)));
  std::vector<float> limits(n);
  std::vector<float> sorted(n);
  for (size_t i = 0; i < n; ++i) {
    std::copy_n(distances.data() + i * n, n, sorted.begin());
    const auto place = sorted.begin() + static_cast<std::ptrdiff_t>(std::min(nearest, n - 1));
    std::ranges::nth_element(sorted, place);
    limits[i] = *place;
  }
  const std::vector<float> blur = bell(kLagSeconds / song.rowSeconds);
  for (size_t i = 0; i < n; ++i) {
    float* lags = repeats.data() + i * n;
    for (size_t j = 0; j < n; ++j) {
      const float distance = distances.data()[i * n + j];
      if (distance > limits[i] || distance > limits[j]) continue;
      const size_t first = j + 2 * n - i - blur.size() / 2;
      for (size_t k = 0; k < blur.size(); ++k) lags[(first + k) % n] += blur[k];
    }
  }
}

/// Scales so that the highest from `first` to `end` is 1.
void scaleToHighest(std::vector<float>& values, size_t first, size_t end) {
  float highest = 0;
  for (size_t i = first; i < end; ++i) highest = std::max(highest, values[i]);
  if (highest <= 0) return;
  for (float& value : values) value /= highest;
}

}  // namespace

Result<std::vector<float>> repetitionNovelty(const SongFeatures& song) {
  const size_t n = song.rows;
  FloatBuffer distances(n * n);
  FloatBuffer repeats(n * n);
  if (!distances || !repeats) return outOfMemory("the sections of the song");
  findRepeats(song, distances, repeats);
  // Before less after, each around half a span away.
  const double span = kSpanSeconds / song.rowSeconds;
  const std::vector<float> around = bell(std::max(span / 2.5, 0.5));
  const auto half = std::max<size_t>(1, static_cast<size_t>(span / 2));
  const size_t reach = around.size() / 2 + half;
  std::vector<float> weights(2 * reach + 1);
  for (size_t i = 0; i < around.size(); ++i) {
    weights[i] -= around[i];
    weights[i + 2 * half] += around[i];
  }
  std::vector<float> novelty(n);
  std::vector<float> change(n);
  for (size_t row = half; row + half < n; ++row) {
    std::ranges::fill(change, 0.0F);
    for (size_t i = 0; i < weights.size(); ++i) {
      const size_t at = row + i;
      if (at < reach || at - reach >= n) continue;
      const float* lags = repeats.data() + (at - reach) * n;
      for (size_t lag = 0; lag < n; ++lag) change[lag] += weights[i] * lags[lag];
    }
    novelty[row] = std::sqrt(dot(change, change));
  }
  return novelty;
}

std::vector<float> timbreNovelty(const SongFeatures& song) {
  // The kernel is the product of one vector with itself, so that the sum over the similarities of
  // all pairs is the square of a sum over rows.
  const size_t reach = std::max<size_t>(2, rowsOf(kTimbreSeconds, song));
  const size_t width = song.timbre.width;
  Table rows = song.timbre;
  for (size_t row = 0; row < song.rows; ++row) normalise(rows.row(row));
  std::vector<float> novelty(song.rows);
  std::vector<float> sum(width);
  for (size_t row = 0; row < song.rows; ++row) {
    std::ranges::fill(sum, 0.0F);
    for (size_t i = 0; i < 2 * reach; ++i) {
      const size_t at = row + i;
      if (at < reach || at - reach >= song.rows) continue;
      const float x = (static_cast<float>(i) + 0.5F) / static_cast<float>(reach) - 1;
      const float weight = std::copysign(std::exp(-2 * x * x), x);
      const std::span<const float> values = rows.row(at - reach);
      for (size_t k = 0; k < width; ++k) sum[k] += weight * values[k];
    }
    novelty[row] = dot(sum, sum);
  }
  return novelty;
}

Result<std::vector<Boundary>> boundariesOf(const SongFeatures& song) {
  const size_t least = rowsOf(kLeastSeconds, song);
  std::vector<Boundary> boundaries;
  const size_t first = song.firstSound + least;
  const size_t end = song.endSound - std::min(song.endSound, least);
  if (first >= end) return boundaries;
  auto repetition = repetitionNovelty(song);
  if (!repetition.ok()) return repetition.status();
  std::vector<float>& novelty = repetition.value();
  std::vector<float> timbre = timbreNovelty(song);
  scaleToHighest(novelty, first, end);
  scaleToHighest(timbre, first, end);
  for (size_t row = 0; row < song.rows; ++row) {
    const bool inside = row >= first && row < end;
    novelty[row] = inside ? novelty[row] + kTimbre * timbre[row] : 0;
  }
  const auto highestAround = [&](size_t row, size_t reach) {
    const auto from = novelty.begin() + static_cast<std::ptrdiff_t>(row - std::min(row, reach));
    const auto to = novelty.begin() + static_cast<std::ptrdiff_t>(std::min(row + reach + 1, end));
    return *std::max_element(from, to);
  };
  for (size_t row = first; row < end; ++row) {
    if (novelty[row] <= 0 || novelty[row] < highestAround(row, least)) continue;
    // Of equal ones the first.
    if (!boundaries.empty() && row - boundaries.back().row <= least) continue;
    const float strength = novelty[row] / highestAround(row, rowsOf(kAroundSeconds, song));
    if (strength > kLeastStrength) boundaries.push_back({.row = row, .strength = strength});
  }
  return boundaries;
}

}  // namespace divisi::sections
