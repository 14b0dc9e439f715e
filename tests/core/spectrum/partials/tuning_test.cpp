#include "spectrum/partials/tuning.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "audio/signals.h"
#include "audio/tonal_song.h"
#include "spectrum/partials/spectral_peaks.h"

namespace divisi::audio {
namespace {

Tuning tuningOf(const std::vector<float>& samples) {
  auto finder = SpectralPeaks::create();
  EXPECT_TRUE(finder.ok()) << finder.status().message();
  EXPECT_TRUE(finder.value()->push(samples.data(), samples.size()));
  EXPECT_TRUE(finder.value()->finish());
  TuningMeter meter;
  while (finder.value()->next()) meter.add(finder.value()->peaks());
  return meter.tuning();
}

TEST(Tuning, IsHeardInChords) {
  for (const double cents : {-49.0, -31.0, -8.0, 0.0, 3.0, 17.5, 38.0, 49.0}) {
    test::TonalSong song = {.sampleRate = 22050, .cents = cents};
    test::playCadence(song, 62, false);
    const Tuning tuning = tuningOf(song.samples);
    // The third and fifth harmonics lie 2 cents above and 14 below equal temperament.
    EXPECT_NEAR(tuning.cents, cents, 1.0);
    EXPECT_GT(tuning.confidence, 0.9);
  }
}

TEST(Tuning, OfNoiseIsNotTrusted) {
  EXPECT_LT(tuningOf(test::noise(10 * 22050, 7)).confidence, 0.45);
}

TEST(Tuning, OfSilenceIsZero) {
  for (const size_t length : {size_t{0}, size_t{50000}}) {
    const Tuning tuning = tuningOf(std::vector<float>(length));
    EXPECT_EQ(tuning.cents, 0);
    EXPECT_EQ(tuning.confidence, 0);
  }
}

TEST(SpectralPeaks, FindASineBetweenBins) {
  for (const double hz : {100.3, 441.1, 1501.7}) {
    std::vector<float> tone(22050);
    for (size_t n = 0; n < tone.size(); ++n) {
      tone[n] = 0.5F * static_cast<float>(test::sineAt(hz, static_cast<double>(n) / 22050, 1));
    }
    auto finder = SpectralPeaks::create();
    ASSERT_TRUE(finder.ok());
    ASSERT_TRUE(finder.value()->push(tone.data(), tone.size()));
    ASSERT_TRUE(finder.value()->next());  // half of it lies before the tone
    ASSERT_TRUE(finder.value()->next());
    ASSERT_EQ(finder.value()->peaks().size(), 1U) << hz;
    const SpectralPeak peak = finder.value()->peaks()[0];
    // The parabola is off by up to 3 % of a bin of 2.7 Hz.
    EXPECT_NEAR(peak.hz, hz, 0.08);
    EXPECT_NEAR(peak.level, -6.02, 0.1);
  }
}

}  // namespace
}  // namespace divisi::audio
