// Meter beyond the EBU's signals: channels, rates, silence, and how it is used.
#include <gtest/gtest.h>
#include <malloc.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "audio/signals.h"
#include "divisi/task.h"
#include "loudness/loudness_run.h"

namespace divisi::test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

bool operator==(const LoudnessRow& a, const LoudnessRow& b) {
  return a.momentary == b.momentary && a.shortTerm == b.shortTerm && a.truePeak == b.truePeak;
}

TEST(Meter, EveryRateMeasuresTheSame) {
  for (const int rate : {8000, 11025, 16000, 22050, 44100, 88200, 96000, 192000}) {
    const Measured got = measure(ToneSignal({{4, -20}}, rate));
    EXPECT_EQ(got.rows.size(), 40U) << rate << " Hz";
    EXPECT_NEAR(got.summary.integrated, -20, 0.1) << rate << " Hz";
    EXPECT_NEAR(got.summary.maxShortTerm, -20, 0.1) << rate << " Hz";
    EXPECT_NEAR(got.summary.truePeak, -20, 0.1) << rate << " Hz";
  }
}

// BS.1770-4, tables 3 and 4: sides 1.41, LFE nothing, all others 1. A channel alone with a tone of
// -20 dBFS is at -23 LUFS where its weight is 1.
TEST(Meter, ChannelsAreWeightedByWhereTheyStand) {
  const double side = -23 + 10 * std::log10(1.41);
  const double lfe = -kInfinity;
  const std::vector<std::vector<double>> want = {
      {-23},                                        // mono
      {-23, -23},                                   // L R
      {-23, -23, -23},                              // L R C
      {-23, -23, side, side},                       // L R SL SR
      {-23, -23, -23, side, side},                  // L R C SL SR
      {-23, -23, -23, lfe, side, side},             // L R C LFE SL SR
      {-23, -23, -23, lfe, -23, side, side},        // L R C LFE BC SL SR
      {-23, -23, -23, lfe, -23, -23, side, side}};  // L R C LFE BL BR SL SR
  for (const std::vector<double>& lufs : want) {
    for (size_t c = 0; c < lufs.size(); ++c) {
      std::vector<double> levels(lufs.size(), kSilence);
      levels[c] = 0;
      const LoudnessSummary got = measure(ToneSignal({{1, -20}}, 48000, levels)).summary;
      const std::string what =
          "channel " + std::to_string(c) + " of " + std::to_string(lufs.size());
      if (std::isinf(lufs[c])) {
        EXPECT_EQ(got.maxMomentary, -kInfinity) << what;
      } else {
        EXPECT_NEAR(got.maxMomentary, lufs[c], 0.02) << what;
      }
      EXPECT_NEAR(got.truePeak, -20, 0.05) << what;
      EXPECT_NEAR(got.samplePeak, -20, 0.01) << what;
    }
  }
}

TEST(Meter, RowsAreOfTheirOwn100Milliseconds) {
  // A click of one frame in row 5.
  std::vector<float> samples(48000);
  samples[4800 * 5 + 100] = 0.5F;
  const Measured got = measure({samples}, 48000);
  ASSERT_EQ(got.rows.size(), 10U);
  for (size_t i = 0; i < 10; ++i) {
    if (i == 5) {
      EXPECT_NEAR(got.rows[i].truePeak, -6.02, 0.01);
    } else {
      EXPECT_LT(got.rows[i].truePeak, -100) << "row " << i;
    }
    EXPECT_EQ(got.rows[i].momentary > -60, i >= 5 && i < 9) << "row " << i;
    EXPECT_EQ(got.rows[i].shortTerm > -60, i >= 5) << "row " << i;
  }
  EXPECT_NEAR(got.rows[5].momentary - got.rows[5].shortTerm, 10 * std::log10(7.5), 0.01);
}

TEST(Meter, SilenceIsMinusInfinity) {
  for (const size_t frames : {size_t{0}, size_t{1}, size_t{4799}, size_t{200000}}) {
    const std::vector<float> silence(frames);
    const Measured got = measure({silence, silence}, 48000);
    EXPECT_EQ(got.rows.size(), frames / 4800);
    for (const LoudnessRow& row : got.rows) {
      EXPECT_TRUE(row == (LoudnessRow{-kInfinity, -kInfinity, -kInfinity}));
    }
    EXPECT_EQ(got.summary.integrated, -kInfinity);
    EXPECT_EQ(got.summary.range, 0);
    EXPECT_EQ(got.summary.maxMomentary, -kInfinity);
    EXPECT_EQ(got.summary.maxShortTerm, -kInfinity);
    EXPECT_EQ(got.summary.truePeak, -kInfinity);
    EXPECT_EQ(got.summary.samplePeak, -kInfinity);
  }
}

TEST(Meter, ARestShorterThanARowIsInTheSummary) {
  std::vector<float> samples(4900);
  samples.back() = -0.25F;
  const Measured got = measure({samples}, 48000);
  EXPECT_EQ(got.rows.size(), 1U);
  EXPECT_EQ(got.rows[0].truePeak, -kInfinity);
  EXPECT_NEAR(got.summary.samplePeak, -12.04, 0.01);
  EXPECT_GE(got.summary.truePeak, got.summary.samplePeak);
}

TEST(Meter, TheHighestOfTheRowsAreInTheSummary) {
  const Measured got = measure({noise(100000, 1), noise(100000, 2)}, 44100);
  LoudnessRow most = got.rows[0];
  for (const LoudnessRow& row : got.rows) {
    most.momentary = std::max(most.momentary, row.momentary);
    most.shortTerm = std::max(most.shortTerm, row.shortTerm);
    most.truePeak = std::max(most.truePeak, row.truePeak);
  }
  EXPECT_GE(got.summary.maxMomentary, most.momentary);
  EXPECT_GE(got.summary.maxShortTerm, most.shortTerm);
  EXPECT_GE(got.summary.truePeak, most.truePeak);
  EXPECT_NEAR(got.summary.maxMomentary, most.momentary, 0.5);
}

TEST(Meter, BlocksOfAnySizeGiveTheSameBits) {
  const std::vector<std::vector<float>> audio = {noise(30000, 1), noise(30000, 2)};
  for (const int rate : {8000, 11025, 44100}) {
    const Measured want = measure(audio, rate, 30000);
    for (const size_t block : {size_t{1}, size_t{100}, size_t{441}, size_t{4097}}) {
      const Measured got = measure(audio, rate, block);
      ASSERT_EQ(got.rows.size(), want.rows.size());
      for (size_t i = 0; i < want.rows.size(); ++i) EXPECT_TRUE(got.rows[i] == want.rows[i]) << i;
      EXPECT_EQ(got.summary.integrated, want.summary.integrated);
      EXPECT_EQ(got.summary.range, want.summary.range);
      EXPECT_EQ(got.summary.truePeak, want.summary.truePeak);
    }
  }
}

TEST(Meter, MemoryDoesNotGrowWithTheLength) {
  auto meter = makeMeter(8000, 1);
  const std::vector<float> second = noise(8000, 1);
  const float* pointer = second.data();
  std::vector<LoudnessRow> rows;
  rows.reserve(10);
  const auto pushSeconds = [&](int seconds) {
    for (int s = 0; s < seconds; ++s) {
      ASSERT_TRUE(meter->push({&pointer, 1, 8000}).ok());
      rows.clear();
      pullRows(*meter, rows);
    }
  };
  // Bytes in use on the heap; zero of both under a sanitizer, which has a heap of its own.
  pushSeconds(5);
  const size_t before = mallinfo2().uordblks;
  pushSeconds(1200);
  EXPECT_LE(mallinfo2().uordblks, before + 1024);
}

TEST(Meter, BadAudioIsNamedAndNothingOfItIsTaken) {
  std::vector<float> samples = noise(9600, 1);
  const float* pointers[] = {samples.data(), samples.data()};
  const Measured want = measure({samples}, 48000);
  auto meter = makeMeter(48000, 1);
  const float kept = std::exchange(samples[1234], NAN);
  const Status nan = meter->push({pointers, 1, 9600});
  EXPECT_EQ(nan.code(), StatusCode::kBadAudio);
  EXPECT_NE(nan.message().find("NaN in channel 0, frame 1234"), std::string::npos) << nan.message();
  EXPECT_EQ(meter->push({pointers, 2, 10}).message(), "expected 1 channels, got 2");
  samples[1234] = kept;
  ASSERT_TRUE(meter->push({pointers, 1, 9600}).ok());
  std::vector<LoudnessRow> rows;
  pullRows(*meter, rows);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_TRUE(rows[1] == want.rows[1]);
}

TEST(Meter, WhatCannotBeMeasuredIsNamed) {
  for (const auto& [format, words] : {std::pair{StreamFormat{.sampleRate = 7999}, "got 7999"},
                                      std::pair{StreamFormat{.sampleRate = 192001}, "got 192001"},
                                      std::pair{StreamFormat{.channelCount = 0}, "got 0"},
                                      std::pair{StreamFormat{.channelCount = 9}, "got 9"}}) {
    const auto meter = Meter::create(format);
    ASSERT_FALSE(meter.ok()) << words;
    EXPECT_EQ(meter.status().code(), StatusCode::kBadAudio);
    EXPECT_NE(meter.status().message().find(words), std::string::npos) << meter.status().message();
  }
}

TEST(Meter, IsClosedAfterFinish) {
  auto meter = makeMeter(48000, 1);
  ASSERT_TRUE(meter->finish().ok());
  const float* pointer = nullptr;
  EXPECT_EQ(meter->push({&pointer, 1, 0}).code(), StatusCode::kClosed);
  EXPECT_EQ(meter->finish().status().code(), StatusCode::kClosed);
}

TEST(LoudnessTask, GivesWhatAMeterGives) {
  const std::vector<float> samples = noise(10000, 1);
  const float* pointer = samples.data();
  const Measured want = measure({samples}, 44100);
  const auto task = CompiledTask::withoutModel("loudness");
  ASSERT_TRUE(task.ok()) << task.status().message();
  EXPECT_EQ(task.value()->name(), "loudness");
  auto stream = task.value()->open({.sampleRate = 44100, .channelCount = 1}, "");
  ASSERT_TRUE(stream.ok()) << stream.status().message();
  const std::vector<Output>& outputs = stream.value()->outputs();
  ASSERT_EQ(outputs.size(), 2U);
  EXPECT_EQ(outputs[0].name, "loudness");
  EXPECT_EQ(outputs[0].labels, (std::vector<std::string>{"momentary", "shortTerm", "truePeak"}));
  EXPECT_DOUBLE_EQ(outputs[0].rate, 10);
  EXPECT_EQ(outputs[1].name, "summary");
  EXPECT_EQ(outputs[1].labels,
            (std::vector<std::string>{"integrated", "range", "maxMomentary", "maxShortTerm",
                                      "truePeak", "samplePeak"}));
  EXPECT_EQ(stream.value()->timing().latency, 4410U);

  std::array<float, 12> numbers{};
  float* const planes[] = {numbers.data()};
  ASSERT_TRUE(stream.value()->push({&pointer, 1, 10000}).ok());
  ASSERT_EQ(stream.value()->pull(0, planes, 4), 2U);
  EXPECT_EQ(numbers[0], want.rows[0].momentary);
  EXPECT_EQ(numbers[4], want.rows[1].shortTerm);
  EXPECT_EQ(numbers[5], want.rows[1].truePeak);
  EXPECT_EQ(stream.value()->available(1), 0U);
  ASSERT_TRUE(stream.value()->finish().ok());
  ASSERT_EQ(stream.value()->pull(1, planes, 4), 1U);
  EXPECT_EQ(numbers[0], want.summary.integrated);
  EXPECT_EQ(numbers[3], want.summary.maxShortTerm);
  EXPECT_EQ(numbers[5], want.summary.samplePeak);
}

TEST(LoudnessTask, HasNoOptionsAndNoChunks) {
  const auto task = CompiledTask::withoutModel("loudness");
  ASSERT_TRUE(task.ok()) << task.status().message();
  const auto option = task.value()->open({}, R"({"hop": 1})");
  ASSERT_FALSE(option.ok());
  EXPECT_EQ(option.status().code(), StatusCode::kBadOption);
  EXPECT_EQ(option.status().message(), "there is no 'hop'; known: none");
  EXPECT_EQ(task.value()->chunks({}, "", 1000).status().code(), StatusCode::kUnsupported);
  EXPECT_EQ(task.value()->open({.channelCount = 9}, "").status().code(), StatusCode::kBadAudio);
}

}  // namespace
}  // namespace divisi::test
