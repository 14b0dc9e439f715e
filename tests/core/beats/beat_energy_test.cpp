#include "beats/beat_energy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "audio/signals.h"
#include "beats/beats_run.h"

namespace divisi::beats {
namespace {

TEST(BeatEnergy, IsTheLevelBetweenTwoTimes) {
  std::vector<float> signal(3 * 22050);
  for (size_t n = 0; n < signal.size(); ++n) {
    const double gain = n < 22050 ? 1 : n < 2 * 22050 ? 0.1 : 0;
    signal[n] = static_cast<float>(gain * test::sineAt(500, static_cast<double>(n) / 22050, 0));
  }
  BeatEnergy energy(22050);
  energy.add(std::span(signal).first(10000));
  energy.add(std::span(signal).subspan(10000));
  // 10 log10(1/2) for amplitude 1; whole periods, so that only float32 rounds.
  EXPECT_NEAR(energy.decibels(0, 1), -3.0103, 1e-3);
  EXPECT_NEAR(energy.decibels(1, 2), -23.0103, 1e-3);
  EXPECT_NEAR(energy.decibels(0.5, 1.5), 10 * std::log10(0.5 * (0.5 + 0.005)), 1e-3);
  EXPECT_EQ(energy.decibels(2.1, 3), kSilentDb);
  // An interval of no length hears a fiftieth, one behind the end the last.
  EXPECT_NEAR(energy.decibels(0.5, 0.5), -3.0103, 1e-3);
  EXPECT_EQ(energy.decibels(7, 8), kSilentDb);
  EXPECT_NEAR(energy.decibels(0, std::numeric_limits<double>::infinity()),
              10 * std::log10(0.5 * (1 + 0.01) / 3), 1e-3);
  EXPECT_EQ(BeatEnergy(22050).decibels(0, 1), kSilentDb);
}

}  // namespace
}  // namespace divisi::beats

namespace divisi::test {
namespace {

TEST(BeatEnergy, IsGivenForEachBeat) {
  std::vector<float> drums = drumMachine(120, 4, 20, 22050);
  // The second half at a tenth of the level: 20 dB less.
  for (size_t n = drums.size() / 2; n < drums.size(); ++n) drums[n] *= 0.1F;
  const auto stream = openBeats({.sampleRate = 22050, .channelCount = 1});
  const float* const samples = drums.data();
  ASSERT_TRUE(stream->push({&samples, 1, drums.size()}).ok());
  ASSERT_TRUE(stream->finish().ok());
  std::vector<Event> beats(stream->available(0));
  ASSERT_EQ(stream->pullEvents(0, beats), beats.size());
  std::vector<float> energies;
  pullRows(*stream, 3, energies);
  ASSERT_EQ(energies.size(), beats.size());
  // The mean level of bars; beats differ with their drums.
  double loud = 0;
  double quiet = 0;
  for (size_t i = 0; i < beats.size(); ++i) {
    if (beats[i].start >= 4 && beats[i].start < 8) loud += energies[i] / 8;
    if (beats[i].start >= 12 && beats[i].start < 16) quiet += energies[i] / 8;
  }
  EXPECT_NEAR(loud - quiet, 20, 1);
}

}  // namespace
}  // namespace divisi::test
