// The filter and the clock on evidence that is made up: known beats, spoilt in known ways.
#include "beats/live/bar_filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "audio/signals.h"
#include "beats/beats_run.h"
#include "beats/live/beat_clock.h"

namespace divisi::beats {
namespace {

constexpr double kRate = 50;
constexpr double kLead = 10;  // frames

struct Song {
  std::vector<FrameSalience> frames;
  std::vector<double> beats;  // seconds
  std::vector<double> downbeats;
};

/// A song whose tempo is a function of time, heard as a good network hears it.
Song songOf(double seconds, int beatsPerBar, const std::function<double(double)>& tempoAt) {
  Song song;
  song.frames.assign(static_cast<size_t>(seconds * kRate),
                     {.beat = 0.01F, .downbeat = 0.3F, .sounding = true});
  int beat = 0;
  for (double time = 0.5; time < seconds; time += 60 / tempoAt(time), ++beat) {
    const bool down = beat % beatsPerBar == 0;
    song.beats.push_back(time);
    if (down) song.downbeats.push_back(time);
    const auto frame = static_cast<size_t>(std::lround(time * kRate));
    if (frame >= song.frames.size()) break;
    song.frames[frame].beat = 0.8F;
    song.frames[frame].downbeat = down ? 0.8F : 0.1F;
  }
  return song;
}

Song steady(double tempo, int beatsPerBar, double seconds = 40) {
  return songOf(seconds, beatsPerBar, [=](double) { return tempo; });
}

struct Told {
  std::vector<ToldBeat> beats;
  std::vector<double> at;  // seconds at which they were told
  ToldBeat last;           // the clock's state at the end
};

Told tell(const std::vector<FrameSalience>& frames, const BarDecoderOptions& options = {},
          double lead = kLead) {
  const BarModel model(kRate, options, liveBarWeights());
  BarFilter filter(model, {});
  BeatClock clock(lead, {});
  Told told;
  for (size_t frame = 0; frame < frames.size(); ++frame) {
    if (frames[frame].sounding) {
      filter.push(frames[frame]);
    } else {
      filter.skip();
    }
    const auto beat = clock.advance(static_cast<int64_t>(frame), filter.next(), frames[frame]);
    told.last = clock.next();
    if (!beat) continue;
    told.beats.push_back(*beat);
    told.at.push_back(static_cast<double>(frame) / kRate);
  }
  return told;
}

double timeOf(const ToldBeat& beat) { return beat.frame / kRate; }

std::vector<double> between(std::vector<double> times, double begin, double end) {
  std::erase_if(times, [=](double time) { return time < begin || time > end; });
  return times;
}

/// From `begin` on nearly all beats and bars are told, and hardly any others.
void expectTold(const Song& song, const Told& told, double begin, double end) {
  const std::vector<double> beats = between(song.beats, begin, end);
  EXPECT_GE(test::shareFound(beats, told.beats, timeOf), 0.95);
  std::vector<ToldBeat> downbeats = told.beats;
  std::erase_if(downbeats, [](const ToldBeat& beat) { return beat.number != 1; });
  const std::vector<double> wanted = between(song.downbeats, begin, end);
  EXPECT_GE(test::shareFound(wanted, downbeats, timeOf), 0.9);
  const auto count = std::ranges::count_if(told.beats, [=](const ToldBeat& beat) {
    return timeOf(beat) >= begin - 0.07 && timeOf(beat) <= end + 0.07;
  });
  EXPECT_LE(static_cast<size_t>(count), beats.size() + 1);
}

TEST(BarFilter, TellsBeatsAheadAtTemposBetweenFrames) {
  for (const double tempo : {66.6, 90.0, 121.3, 134.0, 171.0}) {
    const Song song = steady(tempo, 4);
    // The level of the metre is not the question here.
    const Told told = tell(song.frames, {.minTempo = tempo / 1.4, .maxTempo = tempo * 1.4});
    expectTold(song, told, 10, 39);
    EXPECT_NEAR(60 * kRate / told.last.interval / tempo, 1, 0.01) << tempo;
    EXPECT_GT(told.last.confidence, 0.7F) << tempo;
    for (size_t i = 0; i < told.beats.size(); ++i) {
      // Never later than asked for by more than a frame, once it knows.
      if (told.at[i] < 10) continue;
      EXPECT_GE(timeOf(told.beats[i]) - told.at[i], (kLead - 1) / kRate) << tempo;
      EXPECT_LE(timeOf(told.beats[i]) - told.at[i], kLead / kRate) << tempo;
    }
  }
}

TEST(BarFilter, TellsBeatsSeveralIntervalsAhead) {
  const Song song = steady(150, 4);
  const Told told = tell(song.frames, {}, 100);
  expectTold(song, told, 10, 39);
  EXPECT_GT(told.last.confidence, 0.7F);
}

TEST(BarFilter, IsInPhase) {
  const Song song = steady(121.3, 4, 60);
  const Told told = tell(song.frames);
  double worst = 0;
  for (const ToldBeat& beat : told.beats) {
    if (timeOf(beat) < 15 || timeOf(beat) > 59) continue;
    const auto off = [&](double want) { return std::abs(want - timeOf(beat)); };
    worst = std::max(worst, off(*std::ranges::min_element(song.beats, {}, off)));
  }
  // Seconds. Frames are 20 ms apart, so that evidence is up to 10 ms off; a beat that was predicted
  // from a tempo of the scale alone would be up to 12 ms off besides.
  EXPECT_LT(worst, 0.012);
}

TEST(BarFilter, CountsBars) {
  for (const int beatsPerBar : {2, 3, 4, 5}) {
    const Song song = steady(110, beatsPerBar);
    const Told told = tell(song.frames);
    EXPECT_EQ(told.last.beatsPerBar, beatsPerBar);
    expectTold(song, told, 20, 39);
  }
  for (const int beatsPerBar : {6, 7}) {
    const Song song = steady(140, beatsPerBar);
    expectTold(song, tell(song.frames, {.beatsPerBar = beatsPerBar}), 20, 39);
  }
}

TEST(BarFilter, FollowsAJumpOfTempo) {
  const Song song = songOf(60, 4, [](double time) { return time < 30 ? 90.0 : 126.0; });
  const Told told = tell(song.frames);
  expectTold(song, told, 10, 29.5);
  // Within seconds it is there again.
  expectTold(song, told, 36, 59);
  EXPECT_NEAR(60 * kRate / told.last.interval, 126, 2);
}

TEST(BarFilter, FollowsARamp) {
  const Song song = songOf(60, 4, [](double time) { return 90 + time; });
  const Told told = tell(song.frames);
  expectTold(song, told, 10, 59);
  EXPECT_NEAR(60 * kRate / told.last.interval, 149, 4);
}

TEST(BarFilter, FollowsAChangeOfMeter) {
  Song song = steady(120, 4, 30);
  const Song waltz = steady(120, 3, 30);
  song.frames.insert(song.frames.end(), waltz.frames.begin(), waltz.frames.end());
  const Told told = tell(song.frames);
  EXPECT_EQ(told.last.beatsPerBar, 3);
}

TEST(BarFilter, BearsNoise) {
  Song song = steady(128, 4);
  test::Noise noise(5);
  for (FrameSalience& frame : song.frames) {
    frame.beat = std::clamp(frame.beat + static_cast<float>(0.15 * noise.next()), 0.0F, 0.9F);
  }
  expectTold(song, tell(song.frames), 10, 39);
}

TEST(BarFilter, FallsSilentWithTheMusic) {
  Song song = steady(100, 4, 30);
  const float before = tell(song.frames).last.confidence;
  // What LiveSalience says in a rest: nothing for a while, then that it is over.
  const size_t end = song.frames.size();
  song.frames.resize(end + 10 * 50, {});
  for (size_t frame = end; frame < end + 125; ++frame) song.frames[frame].sounding = true;
  const Told told = tell(song.frames);
  EXPECT_LT(timeOf(told.beats.back()), 30 + 2.5 + kLead / kRate);
  EXPECT_LT(told.last.confidence, 0.1F * before);
}

TEST(BarFilter, FindsNothingInSilence) {
  EXPECT_TRUE(tell(std::vector<FrameSalience>(500)).beats.empty());
  EXPECT_EQ(tell(std::vector<FrameSalience>(500)).last.confidence, 0);
}

TEST(BarFilter, LongStreamsDoNotWearItOut) {
  // Levels are logarithms that grow with time, and rings turn: the last minute is as the first.
  const Song song = steady(120, 4, 900);
  expectTold(song, tell(song.frames), 840, 899);
}

}  // namespace
}  // namespace divisi::beats
