// VoiceTracker on frames of pitch that are made up.
#include "melody/live/voice_tracker.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace divisi::melody {
namespace {

/// "on 60 @3" as {3, 60, velocity}.
struct Told {
  uint64_t frame;
  int pitch;
  bool begins;
  uint64_t when;  ///< the frame that told it
  bool operator==(const Told&) const = default;
};

struct Voice {
  VoiceTracker tracker;
  std::vector<Told> told;
  uint64_t frames = 0;

  void take(std::span<const NoteChange> changes) {
    for (const NoteChange& change : changes) {
      told.push_back({change.frame, change.pitch, change.velocity > 0, frames - 1});
    }
  }
  void add(double pitch, float levelDb = -20, float confidence = 0.9F) {
    ++frames;
    const auto hz = static_cast<float>(440 * std::exp2((pitch - 69) / 12));
    take(tracker.add({.hz = hz, .confidence = confidence, .levelDb = levelDb}));
  }
  void rest(int count = 1) {
    for (int i = 0; i < count; ++i) add(60, -80, 0.1F);
  }
  void sing(double pitch, int count, float levelDb = -20) {
    for (int i = 0; i < count; ++i) add(pitch, levelDb);
  }
};

TEST(VoiceTracker, NoteBeginsWithItsSecondFrameAndEndsAfterSilence) {
  Voice voice;
  voice.rest(5);
  voice.sing(60.2, 10);
  voice.rest(10);
  EXPECT_EQ(voice.told, (std::vector<Told>{{5, 60, true, 6}, {15, 60, false, 17}}));
}

TEST(VoiceTracker, OneFrameIsNoNoteAndAConsonantEndsNone) {
  Voice voice;
  voice.rest(3);
  voice.sing(70, 1);
  voice.rest(3);
  voice.sing(50, 1);  // and another one, elsewhere
  voice.sing(64, 6);
  voice.add(75, -26, 0.2F);  // "s"
  voice.add(80, -28, 0.1F);
  voice.sing(64, 6);
  voice.take(voice.tracker.finish());
  EXPECT_EQ(voice.told, (std::vector<Told>{{8, 64, true, 9}, {22, 64, false, 21}}));
}

TEST(VoiceTracker, AnotherPitchThatStaysIsAnotherNote) {
  Voice voice;
  voice.sing(60, 8);
  voice.sing(62, 8);
  EXPECT_EQ(voice.told,
            (std::vector<Told>{{0, 60, true, 1}, {8, 60, false, 11}, {8, 62, true, 11}}));
}

TEST(VoiceTracker, VibratoIsOneNote) {
  Voice voice;
  for (int i = 0; i < 100; ++i) {
    voice.add(60 + 0.9 * std::sin(2 * std::numbers::pi * 5.6 * 0.016 * i));
  }
  EXPECT_EQ(voice.told.size(), 1U);
}

TEST(VoiceTracker, APitchThatIsSungAgainIsTwoNotes) {
  Voice voice;
  voice.sing(60, 10, -20);
  voice.sing(60, 2, -36);
  voice.sing(60, 10, -22);
  EXPECT_EQ(voice.told,
            (std::vector<Told>{{0, 60, true, 1}, {12, 60, false, 12}, {12, 60, true, 12}}));
}

TEST(VoiceTracker, DecayAndSwellAreOneNote) {
  Voice voice;
  for (int i = 0; i < 60; ++i) voice.add(60, -10.0F - 0.7F * static_cast<float>(i));
  for (int i = 0; i < 60; ++i) voice.add(60, -52.0F + 0.7F * static_cast<float>(i));
  EXPECT_EQ(voice.told.size(), 1U);
}

TEST(VoiceTracker, LouderNotesHaveMoreVelocity) {
  int before = 0;
  for (const float level : {-70.0F, -40.0F, -20.0F, 0.0F}) {
    VoiceTracker tracker;
    tracker.add({.hz = 440, .confidence = 1, .levelDb = level});
    const auto changes = tracker.add({.hz = 440, .confidence = 1, .levelDb = level});
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_GT(changes[0].velocity, before);
    before = changes[0].velocity;
  }
  EXPECT_EQ(before, 127);
}

}  // namespace
}  // namespace divisi::melody
