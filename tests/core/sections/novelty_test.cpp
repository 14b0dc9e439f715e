// Novelty against its definitions, written out on tables of all pairs in double precision.
#include "sections/novelty.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "audio/signals.h"

namespace divisi::sections {
namespace {

using Matrix = std::vector<std::vector<double>>;

// Rows of 0.3 s, whose numbers are rounded otherwise than those of the shortest real rows.
constexpr double kRowSeconds = 0.3;

/// Random rows, of which some are repeated.
SongFeatures randomSong(size_t rows) {
  test::Noise source(11);
  SongFeatures song = {.rows = rows, .rowSeconds = kRowSeconds, .endSound = rows};
  song.harmony = {.width = 12, .values = std::vector<float>(12 * rows)};
  song.timbre = {.width = 14, .values = std::vector<float>(14 * rows)};
  for (float& value : song.harmony.values) {
    value = static_cast<float>(std::abs(source.next()));
  }
  for (float& value : song.timbre.values) value = static_cast<float>(source.next());
  for (size_t row = rows / 2; row < rows; ++row) {
    std::ranges::copy(song.harmony.row(row - rows / 2), song.harmony.row(row).begin());
  }
  for (size_t row = 0; row < rows; ++row) normalise(song.harmony.row(row));
  return song;
}

double gauss(double x, double deviation) { return std::exp(-0.5 * x * x / deviation / deviation); }

/// Foote's kernel on the similarities of all pairs.
std::vector<double> kernelNovelty(const SongFeatures& song, int reach) {
  const auto n = static_cast<int>(song.rows);
  Matrix similar(song.rows, std::vector<double>(song.rows));
  for (size_t i = 0; i < song.rows; ++i) {
    for (size_t j = 0; j < song.rows; ++j) {
      const auto a = song.timbre.row(i);
      const auto b = song.timbre.row(j);
      similar[i][j] = dot(a, b) / std::sqrt(double{dot(a, a)} * double{dot(b, b)});
    }
  }
  std::vector<double> novelty(song.rows);
  for (int at = 0; at < n; ++at) {
    for (int i = -reach; i < reach; ++i) {
      for (int j = -reach; j < reach; ++j) {
        if (at + i < 0 || at + i >= n || at + j < 0 || at + j >= n) continue;
        const double x = (i + 0.5) / reach;
        const double y = (j + 0.5) / reach;
        const double sign = (i < 0) == (j < 0) ? 1 : -1;
        const int row = at + i;
        const int column = at + j;
        novelty[static_cast<size_t>(at)] +=
            sign * std::exp(-2 * (x * x + y * y)) *
            similar[static_cast<size_t>(row)][static_cast<size_t>(column)];
      }
    }
  }
  return novelty;
}

TEST(SectionNovelty, OfTimbreIsFootesKernel) {
  const SongFeatures song = randomSong(120);
  const std::vector<float> got = timbreNovelty(song);
  // 8 s on either side.
  const std::vector<double> want = kernelNovelty(song, static_cast<int>(8 / kRowSeconds));
  // Largest error relative to the largest value: float32 sums of some dozens of terms.
  const double highest = std::ranges::max(want);
  for (size_t i = 0; i < want.size(); ++i) EXPECT_NEAR(got[i], want[i], 1e-5 * highest) << i;
}

/// Serrà's structure features: the nearest rows both ways, over lags, blurred both ways.
std::vector<double> structureNovelty(const SongFeatures& song) {
  const auto n = static_cast<int>(song.rows);
  const int context = static_cast<int>(std::lround(1.5 / kRowSeconds));
  const auto clampRow = [&](int row) { return static_cast<size_t>(std::clamp(row, 0, n - 1)); };
  Matrix distance(song.rows, std::vector<double>(song.rows));
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      for (int k = 0; k < context; ++k) {
        const auto a = song.harmony.row(clampRow(i + k - context / 2));
        const auto b = song.harmony.row(clampRow(j + k - context / 2));
        for (size_t d = 0; d < a.size(); ++d) {
          const double difference = double{a[d]} - double{b[d]};
          distance[clampRow(i)][clampRow(j)] += difference * difference;
        }
      }
    }
  }
  const auto nearest = static_cast<size_t>(0.06 * n);
  std::vector<double> limits;
  for (auto row : distance) {
    std::ranges::sort(row);
    limits.push_back(row[nearest] + 1e-5);  // exact repetitions are equal but for rounding
  }
  const double lagDeviation = 0.6 / kRowSeconds;
  const double deviation = 8 / kRowSeconds / 2.5;
  const auto blurred = [](double deviation) {
    const int reach = static_cast<int>(std::lround(2.5 * deviation));
    std::vector<double> weights;
    double sum = 0;
    for (int i = -reach; i <= reach; ++i) sum += gauss(i, deviation);
    for (int i = -reach; i <= reach; ++i) weights.push_back(gauss(i, deviation) / sum);
    return weights;
  };
  const std::vector<double> overLags = blurred(lagDeviation);
  const std::vector<double> overTime = blurred(deviation);
  const auto halfOf = [](const std::vector<double>& weights) {
    return static_cast<int>(weights.size() / 2);
  };
  Matrix lags(song.rows, std::vector<double>(song.rows));
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      const double d = distance[clampRow(i)][clampRow(j)];
      if (d > limits[clampRow(i)] || d > limits[clampRow(j)]) continue;
      for (int k = -halfOf(overLags); k <= halfOf(overLags); ++k) {
        const int lag = ((j - i + k) % n + n) % n;
        lags[clampRow(i)][clampRow(lag)] += overLags[clampRow(k + halfOf(overLags))];
      }
    }
  }
  Matrix smooth(song.rows, std::vector<double>(song.rows));
  for (int i = 0; i < n; ++i) {
    for (int k = -halfOf(overTime); k <= halfOf(overTime); ++k) {
      if (i + k < 0 || i + k >= n) continue;
      for (size_t lag = 0; lag < song.rows; ++lag) {
        smooth[clampRow(i)][lag] +=
            overTime[clampRow(k + halfOf(overTime))] * lags[clampRow(i + k)][lag];
      }
    }
  }
  const int half = static_cast<int>(8 / kRowSeconds / 2);
  std::vector<double> novelty(song.rows);
  for (int i = half; i + half < n; ++i) {
    double sum = 0;
    for (size_t lag = 0; lag < song.rows; ++lag) {
      const double change = smooth[clampRow(i + half)][lag] - smooth[clampRow(i - half)][lag];
      sum += change * change;
    }
    novelty[clampRow(i)] = std::sqrt(sum);
  }
  return novelty;
}

TEST(SectionNovelty, OfRepetitionIsOfStructureFeatures) {
  const SongFeatures song = randomSong(160);
  const auto got = repetitionNovelty(song);
  ASSERT_TRUE(got.ok());
  const std::vector<double> want = structureNovelty(song);
  // Relative to the largest value. A pair of rows just at the limit may fall on the other side by
  // rounding, which changes the novelty around it by less than a hundredth.
  const double highest = std::ranges::max(want);
  ASSERT_GT(highest, 0);
  for (size_t i = 0; i < want.size(); ++i) {
    EXPECT_NEAR(got.value()[i], want[i], 0.01 * highest) << i;
  }
}

TEST(SectionNovelty, ASongOfOneRowHasNoBoundaries) {
  for (const size_t rows : {1U, 2U, 30U}) {
    const auto boundaries = boundariesOf(randomSong(rows));
    ASSERT_TRUE(boundaries.ok());
    EXPECT_TRUE(boundaries.value().empty()) << rows;
  }
}

}  // namespace
}  // namespace divisi::sections
