// What EBU Tech 3341 and 3342 ask of a meter, on their own test signals.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "loudness/loudness_run.h"

namespace divisi::test {
namespace {

// The documents': loudness in LU, true peak in dB below and above. The loudness range may be 1 LU
// off there; here it may not be more than loudness.
constexpr double kLoudness = 0.1;
constexpr double kPeakBelow = 0.4;
constexpr double kPeakAbove = 0.2;

// The documents' signals are at 48 kHz; at 8 kHz all is cheap and least like it.
class EbuSignals : public testing::TestWithParam<int> {
 protected:
  [[nodiscard]] static int rate() { return GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(Rates, EbuSignals, testing::Values(48000, 8000));

TEST_P(EbuSignals, Integrated) {
  for (const auto& [number, tones, channelLevels, lufs] : integratedCases()) {
    const Measured got = measure(ToneSignal(tones, rate(), channelLevels));
    EXPECT_NEAR(got.summary.integrated, lufs, kLoudness) << "case " << number;
    if (number > 2) continue;
    // Of one steady tone all loudnesses are the same.
    EXPECT_NEAR(got.summary.maxMomentary, lufs, kLoudness) << "case " << number;
    EXPECT_NEAR(got.summary.maxShortTerm, lufs, kLoudness) << "case " << number;
    EXPECT_NEAR(got.rows.back().momentary, lufs, kLoudness) << "case " << number;
    EXPECT_NEAR(got.rows.back().shortTerm, lufs, kLoudness) << "case " << number;
  }
}

TEST_P(EbuSignals, ShortTermIsSteadyAfter3Seconds) {
  const Measured got = measure(ToneSignal(case9(), rate()));
  ASSERT_EQ(got.rows.size(), 150U);
  for (size_t i = 29; i < got.rows.size(); ++i) {
    EXPECT_NEAR(got.rows[i].shortTerm, -23, kLoudness) << "case 9, row " << i;
  }
}

TEST_P(EbuSignals, HighestShortTermOfAFile) {
  for (int i = 0; i < 20; ++i) {
    const Measured got = measure(ToneSignal(case10(i), rate()));
    EXPECT_NEAR(got.summary.maxShortTerm, -23, kLoudness) << "case 10, file " << i;
  }
}

TEST_P(EbuSignals, MomentaryIsSteadyAfter1Second) {
  const Measured got = measure(ToneSignal(case12(), rate()));
  ASSERT_EQ(got.rows.size(), 100U);
  for (size_t i = 9; i < got.rows.size(); ++i) {
    EXPECT_NEAR(got.rows[i].momentary, -23, kLoudness) << "case 12, row " << i;
  }
}

TEST_P(EbuSignals, HighestMomentaryOfAFile) {
  for (int i = 0; i < 20; ++i) {
    const Measured got = measure(ToneSignal(case13(i), rate()));
    EXPECT_NEAR(got.summary.maxMomentary, -23, kLoudness) << "case 13, file " << i;
  }
}

// The highest of each section of a signal, from its rows, as a live meter shows it.
std::array<float, 20> highestOfSections(const ToneSignal& signal, size_t rowsPerSection,
                                        float LoudnessRow::* number) {
  std::array<float, 20> highest{};
  highest.fill(-100);
  const std::vector<LoudnessRow> rows = measure(signal).rows;
  for (size_t i = 0; i < 20 * rowsPerSection; ++i) {
    float& most = highest[i / rowsPerSection];
    most = std::max(most, rows[i].*number);
  }
  return highest;
}

TEST_P(EbuSignals, HighestLoudnessLive) {
  const auto shortTerm = highestOfSections({case11(), rate()}, 60, &LoudnessRow::shortTerm);
  const auto momentary = highestOfSections({case14(), rate()}, 8, &LoudnessRow::momentary);
  for (int i = 0; i < 20; ++i) {
    EXPECT_NEAR(shortTerm[i], -38 + i, kLoudness) << "case 11, section " << i;
    EXPECT_NEAR(momentary[i], -38 + i, kLoudness) << "case 14, section " << i;
  }
}

TEST_P(EbuSignals, LoudnessRange) {
  for (const auto& [number, tones, lu] : rangeCases()) {
    const Measured got = measure(ToneSignal(tones, rate()));
    EXPECT_NEAR(got.summary.range, lu, kLoudness) << "case " << number;
  }
}

TEST_P(EbuSignals, TruePeakOfSines) {
  for (const SineCase& test : sineCases()) {
    const std::vector<float> sine = sineSignal(test, rate());
    const double dbtp = measure({sine, sine}, rate()).summary.truePeak;
    EXPECT_GE(dbtp, test.dbtp - kPeakBelow) << "case " << test.number;
    EXPECT_LE(dbtp, test.dbtp + kPeakAbove) << "case " << test.number;
  }
}

TEST_P(EbuSignals, TruePeakOfABurst) {
  for (int offset = 0; offset < 4; ++offset) {
    const std::vector<float> burst = burstSignal(offset, rate());
    const double dbtp = measure({burst, burst}, rate()).summary.truePeak;
    EXPECT_GE(dbtp, -kPeakBelow) << "case " << 20 + offset;
    EXPECT_LE(dbtp, kPeakAbove) << "case " << 20 + offset;
  }
}

}  // namespace
}  // namespace divisi::test
