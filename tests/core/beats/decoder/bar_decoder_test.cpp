// The decoder on evidence that is made up: known beats, spoilt in known ways.
#include "beats/decoder/bar_decoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "audio/signals.h"
#include "beats/beats_run.h"

namespace divisi::beats {
namespace {

constexpr double kRate = 50;

struct Song {
  std::vector<FrameEvidence> frames;
  std::vector<double> beats;  // seconds
  std::vector<double> downbeats;
};

/// A song whose tempo is a function of time, heard as a good network hears it.
Song songOf(double seconds, int beatsPerBar, const std::function<double(double)>& tempoAt,
            double start = 0.5) {
  Song song;
  song.frames.resize(static_cast<size_t>(seconds * kRate));
  for (FrameEvidence& frame : song.frames) frame = {.beat = 0.02F, .downbeat = 0.01F};
  int beat = 0;
  for (double time = start; time < seconds - 0.1; time += 60 / tempoAt(time), ++beat) {
    const bool down = beat % beatsPerBar == 0;
    song.beats.push_back(time);
    if (down) song.downbeats.push_back(time);
    const auto frame = static_cast<size_t>(std::lround(time * kRate));
    song.frames[frame].beat = down ? 0.97F : 0.8F;
    song.frames[frame].downbeat = down ? 0.92F : 0.05F;
    song.frames[frame].accent = {.low = down ? 6.0F : 3.0F, .high = 8};
  }
  return song;
}

Song steady(double tempo, int beatsPerBar, double seconds = 40) {
  return songOf(seconds, beatsPerBar, [=](double) { return tempo; });
}

double timeOf(const DecodedBeat& beat) { return beat.frame / kRate; }

std::vector<DecodedBeat> downbeatsOf(const DecodedBars& bars) {
  std::vector<DecodedBeat> downbeats = bars.beats;
  std::erase_if(downbeats, [](const DecodedBeat& beat) { return beat.number != 1; });
  return downbeats;
}

/// All beats and bars are found, and hardly any others.
void expectFound(const Song& song, const DecodedBars& bars) {
  EXPECT_GE(test::shareFound(song.beats, bars.beats, timeOf), 0.97);
  // The first or the last may be taken for another beat.
  const double missing = 1 - test::shareFound(song.downbeats, downbeatsOf(bars), timeOf);
  EXPECT_LT(missing * static_cast<double>(song.downbeats.size()), 1.5);
  EXPECT_LE(bars.beats.size(), song.beats.size() + 2);
  EXPECT_LE(downbeatsOf(bars).size(), song.downbeats.size() + 2);
}

TEST(BarDecoder, FindsTemposBetweenFrames) {
  // 20 ms are 6.7 % of an interval at 200 a minute: the scale of tempos is finer.
  for (const double tempo : {66.6, 90.0, 121.3, 134.0, 171.0, 196.5}) {
    const Song song = steady(tempo, 4);
    // The level of the metre is not the question here.
    const DecodedBars bars =
        decodeBars(song.frames, kRate, {.minTempo = tempo / 1.4, .maxTempo = tempo * 1.4});
    EXPECT_NEAR(bars.tempo / tempo, 1, 0.01) << tempo;
    EXPECT_GT(bars.tempoConfidence, 0.9F) << tempo;
    expectFound(song, bars);
  }
}

TEST(BarDecoder, FindsTheLengthOfBars) {
  for (const int beatsPerBar : {2, 3, 4, 5}) {
    const Song song = steady(110, beatsPerBar);
    const DecodedBars bars = decodeBars(song.frames, kRate, {});
    EXPECT_EQ(bars.beatsPerBar, beatsPerBar);
    expectFound(song, bars);
  }
}

TEST(BarDecoder, LongerBarsAreFoundOnRequest) {
  for (const int beatsPerBar : {6, 7}) {
    const Song song = steady(140, beatsPerBar);
    const DecodedBars bars = decodeBars(song.frames, kRate, {.beatsPerBar = beatsPerBar});
    EXPECT_EQ(bars.beatsPerBar, beatsPerBar);
    expectFound(song, bars);
  }
}

TEST(BarDecoder, FollowsAJumpOfTempo) {
  const Song song = songOf(60, 4, [](double time) { return time < 30 ? 90.0 : 126.0; });
  const DecodedBars bars = decodeBars(song.frames, kRate, {});
  expectFound(song, bars);
  EXPECT_NEAR(bars.beats.front().tempo, 90, 2);
  EXPECT_NEAR(bars.beats.back().tempo, 126, 2);
  EXPECT_LT(bars.tempoConfidence, 0.7F);
}

TEST(BarDecoder, FollowsARamp) {
  const Song song = songOf(60, 4, [](double time) { return 90 + time; });
  const DecodedBars bars = decodeBars(song.frames, kRate, {});
  expectFound(song, bars);
  EXPECT_NEAR(bars.beats.front().tempo, 92, 3);
  EXPECT_NEAR(bars.beats.back().tempo, 148, 3);
}

TEST(BarDecoder, FollowsAChangeOfMeter) {
  Song song = steady(120, 4, 30);
  const Song waltz = steady(120, 3, 30);
  const size_t join = song.frames.size();
  song.frames.insert(song.frames.end(), waltz.frames.begin(), waltz.frames.end());
  const DecodedBars bars = decodeBars(song.frames, kRate, {});
  const auto threes = std::ranges::count_if(bars.beats, [&](const DecodedBeat& beat) {
    return beat.frame > static_cast<double>(join) && beat.beatsPerBar == 3;
  });
  EXPECT_NEAR(static_cast<double>(threes), 59, 4);
  EXPECT_EQ(bars.beats.front().beatsPerBar, 4);
}

TEST(BarDecoder, BridgesABreak) {
  Song song = steady(100, 4, 40);
  for (size_t frame = 15 * 50; frame < 21 * 50; ++frame) {
    song.frames[frame] = {.beat = 0.02F, .downbeat = 0.01F};
  }
  expectFound(song, decodeBars(song.frames, kRate, {}));
}

TEST(BarDecoder, IsNotLedAstrayByOnsetsBetweenBeats) {
  for (const double place : {0.5, 2.0 / 3}) {  // straight and swung quavers
    Song song = steady(112, 4);
    for (size_t i = 0; i + 1 < song.beats.size(); ++i) {
      const double time = song.beats[i] + place * (song.beats[i + 1] - song.beats[i]);
      FrameEvidence& frame = song.frames[static_cast<size_t>(std::lround(time * kRate))];
      frame = {.beat = 0.37F, .downbeat = 0.02F, .accent = {.low = 1, .high = 6}};
    }
    const DecodedBars bars = decodeBars(song.frames, kRate, {});
    EXPECT_NEAR(bars.tempo, 112, 1) << place;
    expectFound(song, bars);
  }
}

TEST(BarDecoder, BearsNoise) {
  Song song = steady(128, 4);
  test::Noise noise(5);
  for (FrameEvidence& frame : song.frames) {
    frame.beat = std::clamp(frame.beat + static_cast<float>(0.15 * noise.next()), 0.0F, 0.9F);
    frame.downbeat =
        std::clamp(frame.downbeat + static_cast<float>(0.1 * noise.next()), 0.0F, 0.9F);
  }
  expectFound(song, decodeBars(song.frames, kRate, {}));
}

TEST(BarDecoder, LongSongsAreDecidedPieceByPiece) {
  // Six times what is remembered of the past: beats neither repeat nor are missing at the seams.
  const Song song = steady(123.4, 4, 240);
  const DecodedBars bars = decodeBars(song.frames, kRate, {});
  expectFound(song, bars);
  for (size_t i = 1; i < bars.beats.size(); ++i) {
    EXPECT_NEAR(bars.beats[i].frame - bars.beats[i - 1].frame, 60 * kRate / 123.4, 2) << i;
    EXPECT_EQ(bars.beats[i].number, bars.beats[i - 1].number % 4 + 1) << i;
  }
}

TEST(BarDecoder, FindsNothingInSilence) {
  EXPECT_TRUE(decodeBars({}, kRate, {}).beats.empty());
  // BeatNet starts with a beat, whatever it hears.
  std::vector<FrameEvidence> silence(500);
  silence[2] = {.beat = 0.4F};
  const DecodedBars bars = decodeBars(silence, kRate, {});
  EXPECT_TRUE(bars.beats.empty());
  EXPECT_EQ(bars.tempo, 0);
  EXPECT_EQ(bars.beatsPerBar, 0);
}

TEST(BarDecoder, ASingleBeatHasNoTempo) {
  std::vector<FrameEvidence> frames(60);
  frames[30] = {.beat = 0.9F, .downbeat = 0.8F, .accent = {.low = 3, .high = 3}};
  const DecodedBars bars = decodeBars(frames, kRate, {});
  ASSERT_EQ(bars.beats.size(), 1U);
  EXPECT_NEAR(bars.beats[0].frame, 30, 1);
  EXPECT_EQ(bars.tempo, 0);
}

TEST(BarDecoder, LeavesSilenceAtBothEndsAlone) {
  Song song = steady(100, 4, 60);
  const auto cut = [&](size_t begin, size_t end) {
    for (size_t frame = begin; frame < end; ++frame) song.frames[frame] = {};
  };
  cut(0, 10 * 50);
  cut(50 * 50, 60 * 50);
  const DecodedBars bars = decodeBars(song.frames, kRate, {});
  EXPECT_GE(timeOf(bars.beats.front()), 9.5);
  EXPECT_LE(timeOf(bars.beats.back()), 50.5);
}

}  // namespace
}  // namespace divisi::beats
