// When a stem counts as heard: how much of the mix it is, for how long.
#include "separation/estimation/stem_presence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace divisi::separation {
namespace {

constexpr int kColumns = 64;
constexpr int kBins = 8;
constexpr int kSecond = 10;  // columns

/// A mix of one level and a mask of it, both [columns][bins][2].
class Sounds {
 public:
  /// Sets columns [begin, end).
  Sounds& mix(int begin, int end, float magnitude) { return fill(mix_, begin, end, magnitude); }
  Sounds& mask(int begin, int end, float share) { return fill(mask_, begin, end, share); }

  [[nodiscard]] bool heard() const {
    SeparationDocument document;
    document.sampleRate = 10240;
    document.hop = document.sampleRate / kSecond;
    document.chunkColumns = kColumns;
    document.bins = kBins;
    document.channels = 2;
    return StemPresence(document).heard(mix_, mask_);
  }

 private:
  static constexpr size_t kRow = size_t{2} * kBins;

  Sounds& fill(std::vector<float>& values, int begin, int end, float value) {
    std::fill(values.begin() + static_cast<std::ptrdiff_t>(begin * kRow),
              values.begin() + static_cast<std::ptrdiff_t>(end * kRow), value);
    return *this;
  }

  std::vector<float> mix_ = std::vector<float>(kColumns * kRow, 1);
  std::vector<float> mask_ = std::vector<float>(kColumns * kRow, 0);
};

TEST(StemPresence, SomeOfTheMixIsHeardInAQuarterOfTheColumns) {
  // Energy shares of 0.12 and 0.08, on either side of -10 dB.
  EXPECT_TRUE(Sounds().mask(0, kColumns / 4, 0.35F).heard());
  EXPECT_FALSE(Sounds().mask(0, kColumns / 4 - 1, 0.35F).heard());
  EXPECT_FALSE(Sounds().mask(0, kColumns, 0.28F).heard());
}

TEST(StemPresence, MuchOfTheMixIsHeardInASecond) {
  // Energy shares of 0.42 and 0.38, on either side of -4 dB.
  for (const int begin : {0, 27, kColumns - kSecond}) {
    EXPECT_TRUE(Sounds().mask(begin, begin + kSecond, 0.65F).heard()) << begin;
    EXPECT_FALSE(Sounds().mask(begin, begin + kSecond, 0.615F).heard()) << begin;
  }
  EXPECT_FALSE(Sounds().mask(20, 20 + kSecond / 3, 1).heard()) << "a moment";
}

TEST(StemPresence, WhatIsNearSilenceDecidesNothing) {
  // A second 40 dB below the rest is not heard, whoever it belongs to ...
  EXPECT_FALSE(Sounds().mix(0, kSecond, 0.01F).mask(0, kSecond, 1).heard());
  // ... nor does it count as time in which the stem is not heard.
  EXPECT_TRUE(Sounds().mix(12, kColumns, 0.01F).mask(0, 3, 0.35F).heard());
}

TEST(StemPresence, LevelsDoNotMatter) {
  for (const float level : {1e-6F, 1.0F, 1e6F}) {
    EXPECT_TRUE(Sounds().mix(0, kColumns, level).mask(0, kSecond, 0.65F).heard()) << level;
    EXPECT_FALSE(Sounds().mix(0, kColumns, level).mask(0, kSecond, 0.615F).heard()) << level;
  }
}

TEST(StemPresence, SilenceHidesNothing) {
  EXPECT_TRUE(Sounds().mix(0, kColumns, 0).mask(0, kColumns, 0.5F).heard());
}

}  // namespace
}  // namespace divisi::separation
