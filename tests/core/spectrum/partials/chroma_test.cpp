#include "spectrum/partials/chroma.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace divisi::audio {
namespace {

/// C4 for A = 440 Hz, and so many cents off.
SpectralPeak middleC(double cents = 0) {
  return {.hz = static_cast<float>(440 * std::exp2((-9 + cents / 100) / 12)), .level = -12};
}

TEST(Chroma, APartialCountsForTheNotesOfWhichItMayBeAHarmonic) {
  ChromaSteps steps{};
  const std::vector<SpectralPeak> peaks = {middleC(5)};
  addPartials(peaks, 1000, steps);
  const Chroma chroma = chromaOf(steps, 5);
  // Amplitude to the power 0.75; C as first, second and fourth harmonic, F as third. Each lies
  // within 5 cents of its note, which weighs cos(0.05 pi)^2 or more.
  const double loudness = std::pow(10, 0.75 * -12 / 20);
  EXPECT_NEAR(chroma[0], loudness * (1 + 0.6 + 0.216), 0.03 * loudness);
  EXPECT_NEAR(chroma[5], loudness * 0.36, 0.01 * loudness);
  for (const size_t other : {1U, 2U, 3U, 4U, 6U, 7U, 8U, 9U, 10U, 11U}) EXPECT_EQ(chroma[other], 0);
}

TEST(Chroma, LeavesOutWhatIsTooHigh) {
  ChromaSteps steps{};
  const std::vector<SpectralPeak> peaks = {middleC()};
  addPartials(peaks, 200, steps);
  for (const float step : steps) EXPECT_EQ(step, 0);
}

}  // namespace
}  // namespace divisi::audio
