#include <gtest/gtest.h>
#include <malloc.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "audio/signals.h"
#include "tagging/tagger_run.h"

namespace divisi {
namespace {

const Model& tiny() {
  static const test::TaggingModel model(test::tinyTaggingModel().bytes());
  return *model.model;
}

using Song = std::vector<std::vector<float>>;

Song noiseSong(int channels, size_t frames) {
  Song song;
  for (int c = 0; c < channels; ++c) song.push_back(test::noise(frames, 11 + c));
  return song;
}

TEST(Tagger, SaysWhatTheModelSays) {
  auto tagger = test::makeTagger(tiny(), {});
  EXPECT_EQ(tagger->labels(), (std::vector<std::string>{"low", "high", "late"}));
  EXPECT_EQ(tagger->embeddingSize(), 48U);
  EXPECT_DOUBLE_EQ(tagger->patchSeconds(), 6 * 64 / 16000.0);
  EXPECT_DOUBLE_EQ(tagger->hopSeconds(), 6 * 64 / 16000.0);
  EXPECT_DOUBLE_EQ(test::makeTagger(tiny(), {.hopFrames = 2})->hopSeconds(), 2 * 64 / 16000.0);
  EXPECT_EQ(tagger->available(), 0U);
  EXPECT_FALSE(tagger->pull(nullptr, nullptr));
}

TEST(Tagger, BlocksOfAnySizeGiveTheSameBits) {
  for (const int rate : {16000, 44100, 8000}) {
    const TaggerOptions options = {.sampleRate = rate, .channelCount = 2, .hopFrames = 4};
    const Song song = noiseSong(2, 9001);
    const auto want = test::tagSong(*test::makeTagger(tiny(), options), song, 9001);
    ASSERT_GT(want.size(), 5U);
    for (const size_t block : {size_t{1}, size_t{64}, size_t{1000}, size_t{4097}}) {
      EXPECT_EQ(test::tagSong(*test::makeTagger(tiny(), options), song, block), want)
          << "blocks of " << block << " at " << rate << " Hz";
    }
  }
}

TEST(Tagger, RowsComeAsSoonAsAPatchIsFull) {
  auto tagger = test::makeTagger(tiny(), {.sampleRate = 16000, .channelCount = 1});
  // The last frame of the first patch is centred on sample 5 * 64 and reaches 64 samples further.
  const std::vector<float> samples = test::noise(1000, 3);
  const float* pointer = samples.data();
  ASSERT_TRUE(tagger->push({&pointer, 1, 383}).ok());
  EXPECT_EQ(tagger->available(), 0U);
  pointer += 383;
  ASSERT_TRUE(tagger->push({&pointer, 1, 1}).ok());
  EXPECT_EQ(tagger->available(), 1U);
}

TEST(Tagger, HopMovesThePatchAndARestIsDropped) {
  // 20 mel frames: 19 * 64 samples. The embedding of the tiny model is the patch itself.
  const Song song = noiseSong(1, 19 * 64);
  const auto apart = test::tagSong(
      *test::makeTagger(tiny(), {.sampleRate = 16000, .channelCount = 1, .hopFrames = 6}), song);
  const auto close = test::tagSong(
      *test::makeTagger(tiny(), {.sampleRate = 16000, .channelCount = 1, .hopFrames = 1}), song);
  ASSERT_EQ(apart.size(), 3U);   // at frames 0, 6, 12; two are left over
  ASSERT_EQ(close.size(), 15U);  // 0 to 14
  for (size_t i = 0; i < apart.size(); ++i) EXPECT_EQ(apart[i], close[6 * i]);
  // Row 1 lies one frame after row 0.
  EXPECT_TRUE(std::equal(close[0].embedding.begin() + test::kTinyBands, close[0].embedding.end(),
                         close[1].embedding.begin()));
}

TEST(Tagger, ChannelsAreMixedWithEqualWeights) {
  const Song stereo = noiseSong(2, 4000);
  Song mono(1);
  for (size_t n = 0; n < 4000; ++n) mono[0].push_back((stereo[0][n] + stereo[1][n]) / 2);
  EXPECT_EQ(
      test::tagSong(*test::makeTagger(tiny(), {.sampleRate = 16000, .channelCount = 2}), stereo),
      test::tagSong(*test::makeTagger(tiny(), {.sampleRate = 16000, .channelCount = 1}), mono));
  const auto of = [](int channels) {
    const Song same(static_cast<size_t>(channels), test::noise(4000, 2));
    return test::tagSong(*test::makeTagger(tiny(), {.sampleRate = 48000, .channelCount = channels}),
                         same);
  };
  const auto want = of(1);
  for (const int channels : {2, 6, 8}) {
    const auto got = of(channels);
    ASSERT_EQ(got.size(), want.size());
    for (size_t i = 0; i < want.size(); ++i) {
      for (size_t n = 0; n < want[i].scores.size(); ++n) {
        // Adding up 8 equal values and dividing rounds in the last bits.
        EXPECT_NEAR(got[i].scores[n], want[i].scores[n], 1e-5);
      }
    }
  }
}

TEST(Tagger, ShortAudioIsPaddedWithSilenceAndSaysSo) {
  for (const size_t length : {size_t{1}, size_t{100}, size_t{4 * 64 + 63}}) {
    const Song song = noiseSong(1, length);
    auto tagger = test::makeTagger(tiny(), {.sampleRate = 16000, .channelCount = 1});
    EXPECT_FALSE(tagger->padded());
    const auto rows = test::tagSong(*tagger, song);
    ASSERT_EQ(rows.size(), 1U) << length << " frames";
    EXPECT_TRUE(tagger->padded());
    // The same as the audio followed by silence.
    Song longer = song;
    longer[0].resize(5 * 64);
    auto whole = test::makeTagger(tiny(), {.sampleRate = 16000, .channelCount = 1});
    EXPECT_EQ(test::tagSong(*whole, longer), rows);
    EXPECT_FALSE(whole->padded());
  }
}

TEST(Tagger, NothingInNothingOut) {
  auto tagger = test::makeTagger(tiny(), {});
  ASSERT_TRUE(tagger->finish().ok());
  EXPECT_EQ(tagger->available(), 0U);
  EXPECT_FALSE(tagger->padded());
}

TEST(Tagger, MemoryDoesNotGrowWithTheLength) {
  auto tagger = test::makeTagger(tiny(), {.sampleRate = 44100, .channelCount = 2});
  const Song second = noiseSong(2, 44100);
  const float* pointers[] = {second[0].data(), second[1].data()};
  std::vector<test::TagRow> rows;
  const auto pushSeconds = [&](int seconds) {
    for (int s = 0; s < seconds; ++s) {
      ASSERT_TRUE(tagger->push({pointers, 2, 44100}).ok());
      rows.clear();
      test::pullRows(*tagger, rows);
    }
    rows = {};
  };
  // Bytes in use on the heap; zero of both under a sanitizer, which has a heap of its own.
  pushSeconds(5);
  const size_t before = mallinfo2().uordblks;
  pushSeconds(600);
  EXPECT_LE(mallinfo2().uordblks, before + 1024);
}

TEST(Tagger, BadAudioIsNamedAndNothingOfItIsTaken) {
  const Song song = noiseSong(2, 4000);
  const auto want = test::tagSong(*test::makeTagger(tiny(), {}), song);
  auto tagger = test::makeTagger(tiny(), {});
  Song bad = song;
  const float* pointers[] = {bad[0].data(), bad[1].data()};
  struct Fault {
    float value;
    const char* words;
  };
  for (const auto& [value, words] :
       {Fault{NAN, "NaN in channel 1, frame 1234"},
        Fault{-std::numeric_limits<float>::infinity(), "infinity in channel 1, frame 1234"},
        Fault{1e30F, "in channel 1, frame 1234"}}) {
    bad[1][1234] = value;
    const Status status = tagger->push({pointers, 2, 4000});
    EXPECT_EQ(status.code(), StatusCode::kBadAudio);
    EXPECT_NE(status.message().find(words), std::string::npos) << status.message();
  }
  const Status channels = tagger->push({pointers, 1, 10});
  EXPECT_EQ(channels.code(), StatusCode::kBadAudio);
  EXPECT_EQ(channels.message(), "expected 2 channels, got 1");
  EXPECT_EQ(test::tagSong(*tagger, song), want);
}

TEST(Tagger, WhatCannotBeTaggedIsNamed) {
  struct Case {
    TaggerOptions options;
    StatusCode code;
    const char* words;
  };
  for (const auto& [options, code, words] :
       {Case{{.sampleRate = 3000}, StatusCode::kBadAudio, "got 3000"},
        Case{{.sampleRate = 1000000}, StatusCode::kBadAudio, "got 1000000"},
        Case{{.channelCount = 0}, StatusCode::kBadAudio, "got 0"},
        Case{{.channelCount = 9}, StatusCode::kBadAudio, "got 9"},
        Case{{.hopFrames = -1}, StatusCode::kBadOption, "got -1"},
        Case{{.hopFrames = 7}, StatusCode::kBadOption, "got 7"}}) {
    const auto tagger = Tagger::create(tiny(), options);
    ASSERT_FALSE(tagger.ok()) << words;
    EXPECT_EQ(tagger.status().code(), code);
    EXPECT_NE(tagger.status().message().find(words), std::string::npos)
        << tagger.status().message();
  }
}

TEST(Tagger, IsClosedAfterFinish) {
  auto tagger = test::makeTagger(tiny(), {});
  ASSERT_TRUE(tagger->finish().ok());
  const float* pointers[] = {nullptr, nullptr};
  EXPECT_EQ(tagger->push({pointers, 2, 0}).code(), StatusCode::kClosed);
  EXPECT_EQ(tagger->finish().code(), StatusCode::kClosed);
}

TEST(Tagger, LoudAndSilentAudioHaveFiniteScores) {
  for (const float value : {0.0F, 1e12F}) {
    const Song song(1, std::vector<float>(2000, value));
    for (const auto& row :
         test::tagSong(*test::makeTagger(tiny(), {.sampleRate = 16000, .channelCount = 1}), song)) {
      for (const float score : row.scores) EXPECT_TRUE(score >= 0 && score <= 1) << score;
    }
  }
}

}  // namespace
}  // namespace divisi
