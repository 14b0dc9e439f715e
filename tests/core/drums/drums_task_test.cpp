// Drums as a task, on a beat whose hits are known.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "drums/drums_run.h"

namespace divisi::test {
namespace {

TEST(DrumsTask, SaysWhatItGives) {
  const auto stream = drumsTask().open({}, "");
  ASSERT_TRUE(stream.ok());
  const std::vector<Output>& outputs = stream.value()->outputs();
  ASSERT_EQ(outputs.size(), 2U);
  EXPECT_EQ(outputs[kHitsOutput].name, "hits");
  EXPECT_EQ(outputs[kHitsOutput].kind, OutputKind::kEvents);
  EXPECT_EQ(outputs[kHitsOutput].labels,
            (std::vector<std::string>{"kick", "snare", "closed-hat", "open-hat", "tom", "cymbal",
                                      "percussion"}));
  EXPECT_EQ(outputs[kVelocitiesOutput].name, "velocities");
  EXPECT_EQ(outputs[kVelocitiesOutput].width, 1);
}

TEST(DrumsTask, HearsKickAndSnareAtAnyRateAndChannelCount) {
  for (const int rate : {32000, 44100, 48000, 96000}) {
    const auto heard = hearDrums(drumBeat(rate), rate, "", rate == 48000 ? 2 : 1);
    // At a wrong rate most hits are off by more than the 50 ms that count, and F is below 0.2.
    EXPECT_GE(hitF(everySecond(0), heard, "kick"), 0.8) << rate;
    EXPECT_GE(hitF(everySecond(0.5), heard, "snare"), 0.8) << rate;
    for (const HeardHit& hit : heard) {
      EXPECT_GE(hit.velocity, 1);
      EXPECT_LE(hit.velocity, 127);
      EXPECT_GT(hit.confidence, 0);
      EXPECT_LE(hit.confidence, 1);
    }
    EXPECT_TRUE(std::ranges::is_sorted(heard, {}, &HeardHit::seconds));
  }
}

TEST(DrumsTask, IsTheSameWhateverTheBlocks) {
  const std::vector<float> song = drumBeat();
  const auto whole = hearDrums(song, 44100, "", 1, song.size());
  ASSERT_GE(whole.size(), 40U);
  for (const size_t block : {size_t{1021}, size_t{4096}, size_t{44117}}) {
    EXPECT_EQ(hearDrums(song, 44100, "", 1, block), whole) << block;
  }
}

TEST(DrumsTask, HitsComeWhileAudioGoesIn) {
  const auto stream = drumsTask().open({44100, 1}, "");
  ASSERT_TRUE(stream.ok());
  const std::vector<float> song = drumBeat();
  const float* const channels[] = {song.data()};
  ASSERT_TRUE(stream.value()->push({channels, 1, song.size()}).ok());
  std::vector<HeardHit> hits;
  pullHits(*stream.value(), hits);
  EXPECT_GE(hits.size(), 20U);
  EXPECT_LE(stream.value()->timing().latency, song.size());
}

TEST(DrumsTask, SensitivityGivesMoreHits) {
  const std::vector<float> song = drumBeat();
  const size_t few = hearDrums(song, 44100, R"({"sensitivity": 0})").size();
  const size_t usual = hearDrums(song).size();
  const size_t many = hearDrums(song, 44100, R"({"sensitivity": 1})").size();
  EXPECT_LE(few, usual);
  EXPECT_LE(usual, many);
  EXPECT_LT(few, many);
}

TEST(DrumsTask, SilenceAndShortAudioHaveNoHits) {
  for (const size_t frames : {size_t{0}, size_t{1}, size_t{100}, size_t{44100}, size_t{600000}}) {
    EXPECT_TRUE(hearDrums(std::vector<float>(frames)).empty()) << frames;
  }
}

TEST(DrumsTask, BadOptionsAreNamed) {
  const struct {
    const char* json;
    const char* message;
  } cases[] = {
      {R"({"sensitivity": 1.5})", "sensitivity must be"},
      {R"({"sensitivity": "high"})", "sensitivity must be"},
      {R"({"threshold": 0.5})", "threshold"},
      {"[]", "object"},
  };
  for (const auto& [json, message] : cases) {
    const auto stream = drumsTask().open({}, json);
    ASSERT_FALSE(stream.ok()) << json;
    EXPECT_EQ(stream.status().code(), StatusCode::kBadOption) << json;
    EXPECT_NE(stream.status().message().find(message), std::string::npos)
        << stream.status().message();
  }
}

TEST(DrumsTask, HasNoLiveForm) {
  const auto task = CompiledTask::compile(drumsModel(), {.live = true});
  ASSERT_FALSE(task.ok());
  EXPECT_EQ(task.status().code(), StatusCode::kUnsupported);
}

TEST(DrumsTask, BadAudioIsNamedAndTakesNothing) {
  const auto stream = drumsTask().open({44100, 1}, "");
  ASSERT_TRUE(stream.ok());
  std::vector<float> samples(1000, 0.1F);
  samples[500] = NAN;
  const float* const channels[] = {samples.data()};
  const Status status = stream.value()->push({channels, 1, samples.size()});
  EXPECT_EQ(status.code(), StatusCode::kBadAudio);
  EXPECT_NE(status.message().find("500"), std::string::npos) << status.message();
}

}  // namespace
}  // namespace divisi::test
