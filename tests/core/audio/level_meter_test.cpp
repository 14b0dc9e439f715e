#include "audio/level_meter.h"

#include <gtest/gtest.h>

#include "audio/signals.h"

namespace divisi::audio {
namespace {

constexpr size_t kBlock = 44100;

double db(double ratio) { return 20 * std::log10(ratio); }

void addSeconds(LevelMeter& meter, double rms, int seconds) {
  // In pieces of a hop, as the separator does.
  for (int n = 0; n < seconds * 49; ++n) meter.add(rms * rms * 900, 900);
}

TEST(LevelMeter, SteadySoundHasItsRms) {
  LevelMeter meter(kBlock);
  EXPECT_EQ(meter.rms(), 0);
  addSeconds(meter, 0.1, 5);
  EXPECT_NEAR(meter.rms(), 0.1, 1e-9);
}

TEST(LevelMeter, SilenceCountsForNothing) {
  LevelMeter meter(kBlock);
  addSeconds(meter, 0, 30);
  EXPECT_EQ(meter.rms(), 0);
  addSeconds(meter, 0.1, 10);
  const double before = meter.rms();
  addSeconds(meter, 0, 60);
  EXPECT_NEAR(db(meter.rms() / before), 0, 1e-9);
  EXPECT_NEAR(db(before / 0.1), 0, 1e-9);
}

TEST(LevelMeter, QuietPassagesCountForLittle) {
  LevelMeter meter(kBlock);
  addSeconds(meter, 0.1, 20);
  addSeconds(meter, 0.01, 20);
  // 20 dB quieter for as long: the plain RMS falls by 3 dB, this one by 0.04.
  EXPECT_NEAR(db(meter.rms() / 0.1), 0, 0.05);
}

TEST(LevelMeter, TwiceTheSignalIsTwiceTheLevel) {
  for (const double gain : {1e-6, 1e-2, 1e3}) {
    LevelMeter one(kBlock);
    LevelMeter other(kBlock);
    test::Noise random(2);
    for (int n = 0; n < 1000; ++n) {
      const double rms = std::abs(random.next());
      one.add(rms * rms * 900, 900);
      other.add(gain * rms * gain * rms * 900, 900);
    }
    // Relative error, at most 1e-12: only double rounding; a threshold anywhere would show.
    EXPECT_NEAR(other.rms() / one.rms() / gain, 1, 1e-12);
  }
}

TEST(LevelMeter, AFirstMomentIsEnough) {
  LevelMeter meter(kBlock);
  meter.add(0.25 * 900, 900);
  EXPECT_NEAR(meter.rms(), 0.5, 1e-9);
}

}  // namespace
}  // namespace divisi::audio
