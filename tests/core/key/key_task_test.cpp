// Keys as a task, on songs whose key is known.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "audio/signals.h"
#include "audio/tonal_song.h"
#include "divisi/key.h"
#include "key/key_profiles.h"

namespace divisi::test {
namespace {

struct Heard {
  std::vector<Event> parts;
  KeySummary summary{};
};

std::unique_ptr<TaskStream> opened(const StreamFormat& format) {
  auto task = CompiledTask::withoutModel("key");
  EXPECT_TRUE(task.ok()) << task.status().message();
  auto stream = task.value()->open(format, "");
  EXPECT_TRUE(stream.ok()) << stream.status().message();
  return std::move(stream.value());
}

Heard hear(const TonalSong& song, int channelCount = 1, size_t block = 4096) {
  const auto stream = opened({song.sampleRate, channelCount});
  const Status status = pushAll(*stream, song.samples, channelCount, block);
  EXPECT_TRUE(status.ok()) << status.message();
  Heard heard = {.parts = pullEvents(*stream, kKeyPartsOutput)};
  KeySummaryNumbers numbers{};
  float* const planes[] = {numbers.data()};
  EXPECT_EQ(stream->pull(kKeySummaryOutput, planes, 2), 1U);
  heard.summary = std::bit_cast<KeySummary>(numbers);
  return heard;
}

TEST(KeyTask, HearsAllKeys) {
  const auto labels = opened({})->outputs()[kKeyPartsOutput].labels;
  ASSERT_EQ(labels.size(), 24U);
  EXPECT_EQ(labels[1], "C# major");
  EXPECT_EQ(labels[21], "A minor");
  for (int key = 0; key < 24; ++key) {
    TonalSong song = {.sampleRate = 22050, .cents = 20};
    playCadence(song, 60 + key % 12, key >= 12);
    playCadence(song, 60 + key % 12, key >= 12);
    const Heard heard = hear(song);
    EXPECT_EQ(heard.summary.key, key) << labels[static_cast<size_t>(key)];
    EXPECT_NEAR(heard.summary.tuningCents, 20, 1);
    ASSERT_EQ(heard.parts.size(), 1U);
    EXPECT_EQ(heard.parts[0].label, key);
    EXPECT_EQ(heard.parts[0].start, 0);
    EXPECT_DOUBLE_EQ(heard.parts[0].end, song.seconds());
    EXPECT_GT(heard.parts[0].confidence, 0.5F);
    EXPECT_LT(heard.parts[0].value, 0.5F);
  }
}

TEST(KeyTask, FollowsAModulation) {
  TonalSong song = {.sampleRate = 22050};
  for (int i = 0; i < 5; ++i) playCadence(song, 67, false);
  for (int i = 0; i < 4; ++i) playCadence(song, 69, false);
  const Heard heard = hear(song);
  ASSERT_EQ(heard.parts.size(), 2U);
  EXPECT_EQ(heard.parts[0].label, 7);  // G major
  EXPECT_EQ(heard.parts[1].label, 9);  // A major
  EXPECT_EQ(heard.parts[0].end, heard.parts[1].start);
  // At 20 s; both keys share the D major chord before it.
  EXPECT_NEAR(heard.parts[1].start, 20, 2);
  EXPECT_EQ(heard.summary.key, 7);
}

TEST(KeyTask, TellsTheShareOfTheRelativeKey) {
  // Nothing but C major and A minor chords: the relative key is nearly as likely.
  TonalSong both = {.sampleRate = 22050};
  for (int i = 0; i < 6; ++i) {
    both.play(triad(60, 4), 1);
    both.play(triad(69, 3), 1);
  }
  TonalSong major = {.sampleRate = 22050};
  for (int i = 0; i < 3; ++i) playCadence(major, 60, false);
  const KeySummary open = hear(both).summary;
  EXPECT_TRUE(open.key == 0 || open.key == 21) << open.key;
  EXPECT_GT(open.relativeShare, 0.15F);
  EXPECT_LT(hear(major).summary.relativeShare, open.relativeShare);
}

TEST(KeyTask, RateChannelsAndBlocksDoNotMatter) {
  TonalSong reference = {.sampleRate = 22050, .cents = -12};
  playCadence(reference, 63, true);
  const Heard want = hear(reference);
  for (const int rate : {8000, 44100, 48000}) {
    TonalSong song = {.sampleRate = rate, .cents = -12};
    playCadence(song, 63, true);
    for (const int channels : {1, 2, 6}) {
      const Heard got = hear(song, channels, 1000);
      EXPECT_EQ(got.summary.key, want.summary.key) << rate;
      EXPECT_NEAR(got.summary.confidence, want.summary.confidence, 0.02) << rate;
      EXPECT_NEAR(got.summary.tuningCents, -12, 1) << rate;
    }
  }
}

TEST(KeyTask, SilenceHasNoKey) {
  for (const double seconds : {0.0, 0.01, 20.0}) {
    TonalSong song;
    song.rest(seconds);
    const Heard heard = hear(song);
    EXPECT_TRUE(heard.parts.empty()) << seconds;
    EXPECT_EQ(heard.summary.key, -1) << seconds;
    EXPECT_EQ(heard.summary.confidence, 0) << seconds;
    EXPECT_EQ(heard.summary.tuningCents, 0) << seconds;
  }
}

TEST(KeyTask, AShortSoundHasAKey) {
  TonalSong song;
  song.play(triad(60, 4), 0.2);
  const Heard heard = hear(song);
  ASSERT_EQ(heard.parts.size(), 1U);
  EXPECT_DOUBLE_EQ(heard.parts[0].end, song.seconds());
}

TEST(KeyTask, SilenceInASongIsOfTheKeyAroundIt) {
  TonalSong song = {.sampleRate = 22050};
  for (int i = 0; i < 3; ++i) playCadence(song, 65, false);
  song.rest(15);
  for (int i = 0; i < 3; ++i) playCadence(song, 65, false);
  const Heard heard = hear(song);
  ASSERT_EQ(heard.parts.size(), 1U);
  EXPECT_EQ(heard.parts[0].label, 5);
}

TEST(KeyTask, OptionsAndLiveAreRefused) {
  auto task = CompiledTask::withoutModel("key");
  ASSERT_TRUE(task.ok());
  const auto unknown = task.value()->open({}, R"({"mode": "major"})");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.status().code(), StatusCode::kBadOption);
  EXPECT_NE(unknown.status().message().find("mode"), std::string::npos);
  const auto rate = task.value()->open({.sampleRate = 100}, "");
  ASSERT_FALSE(rate.ok());
  EXPECT_EQ(rate.status().code(), StatusCode::kBadAudio);
}

TEST(KeyTask, NanIsRefusedAndTheStreamGoesOn) {
  const auto stream = opened({22050, 1});
  std::vector<float> bad(100);
  bad[7] = std::nanf("");
  const float* channel = bad.data();
  EXPECT_EQ(stream->push({&channel, 1, bad.size()}).code(), StatusCode::kBadAudio);
  TonalSong song = {.sampleRate = 22050};
  playCadence(song, 60, false);
  EXPECT_TRUE(pushAll(*stream, song.samples).ok());
  EXPECT_EQ(stream->finish().code(), StatusCode::kClosed);
}

TEST(KeyProfiles, RelativeKeysShareTheirNotes) {
  EXPECT_EQ(key::relativeOf(0), 21U);  // C major, A minor
  EXPECT_EQ(key::relativeOf(21), 0U);
  EXPECT_EQ(key::relativeOf(7), 16U);  // G major, E minor
  for (size_t key = 0; key < key::kKeys; ++key) {
    EXPECT_EQ(key::relativeOf(key::relativeOf(key)), key);
  }
}

}  // namespace
}  // namespace divisi::test
