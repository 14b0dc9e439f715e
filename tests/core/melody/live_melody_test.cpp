// The live form of the task "melody": notes that are told while they are sung.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "audio/signals.h"
#include "melody/melody_run.h"

namespace divisi::test {
namespace {

CompiledTask& liveMelody() {
  static const auto task = CompiledTask::compile(swiftF0(), {.live = true});
  EXPECT_TRUE(task.ok()) << task.status().message();
  return *task.value();
}

struct Change {
  double seconds;
  double told;  // seconds of audio that had been pushed
  int pitch;
  int velocity;
};

struct LiveLine {
  std::vector<Change> changes;
  std::vector<float> pitch;  // rows
};

void pullLive(TaskStream& stream, double pushed, LiveLine& line) {
  const size_t before = line.pitch.size();
  const size_t rows = stream.available(kLivePitchOutput);
  line.pitch.resize(before + rows * kLivePitchNumbers);
  float* planes[] = {line.pitch.data() + before};
  EXPECT_EQ(stream.pull(kLivePitchOutput, planes, rows), rows);
  for (const Event& event : pullEvents(stream, kNoteChangesOutput)) {
    line.changes.push_back({event.start, pushed, static_cast<int>(event.value), event.label});
  }
}

/// As it would come from a sound card.
LiveLine hearLive(const std::vector<float>& samples, int rate, const std::string& options = "",
                  size_t block = 128) {
  auto stream = liveMelody().open({.sampleRate = rate, .channelCount = 1}, options);
  EXPECT_TRUE(stream.ok()) << stream.status().message();
  LiveLine line;
  for (size_t begin = 0; begin < samples.size(); begin += block) {
    const float* const from = samples.data() + begin;
    const size_t count = std::min(block, samples.size() - begin);
    EXPECT_TRUE(stream.value()->push({&from, 1, count}).ok());
    pullLive(*stream.value(), static_cast<double>(begin + count) / rate, line);
  }
  EXPECT_TRUE(stream.value()->finish().ok());
  pullLive(*stream.value(), static_cast<double>(samples.size()) / rate, line);
  return line;
}

const std::vector<Tone> kSung = {{0, 0.3, 0},    {60, 0.5, 0.6}, {0, 0.3, 0},    {62, 0.4, 0.3},
                                 {64, 0.6, 0.7}, {0, 0.3, 0},    {67, 0.5, 0.8}, {0, 0.3, 0},
                                 {55, 0.6, 0.4}, {0, 0.4, 0}};

/// At the model's rate.
const LiveLine& sungLine() {
  static const LiveLine line = hearLive(singLine(kSung, 16000), 16000);
  return line;
}

TEST(LiveMelody, NotesAreToldWithin150Milliseconds) {
  for (const int rate : {16000, 44100}) {
    const LiveLine line = rate == 16000 ? sungLine() : hearLive(singLine(kSung, rate), rate);
    std::vector<Change> begins;
    for (const Change& change : line.changes) {
      if (change.velocity > 0) begins.push_back(change);
    }
    size_t note = 0;
    double now = 0;
    for (const Tone& tone : kSung) {
      if (tone.pitch > 0) {
        ASSERT_LT(note, begins.size()) << rate;
        const Change& change = begins[note++];
        EXPECT_EQ(change.pitch, tone.pitch) << rate << " Hz, at " << now;
        EXPECT_NEAR(change.seconds, now, 0.04) << rate;
        // One that follows on another one without a break is told later.
        const bool follows = tone.pitch == 64;
        EXPECT_LT(change.told - now, follows ? 0.2 : 0.13) << rate << " Hz, at " << now;
        EXPECT_GT(change.velocity, 40);
      }
      now += tone.seconds;
    }
    EXPECT_EQ(note, begins.size()) << rate;
  }
}

TEST(LiveMelody, EveryNoteEndsBeforeTheNextBegins) {
  const LiveLine& line = sungLine();
  int sounding = 0;
  for (const Change& change : line.changes) {
    if (change.velocity > 0) {
      EXPECT_EQ(sounding, 0) << change.seconds;
      sounding = change.pitch;
    } else {
      EXPECT_EQ(sounding, change.pitch) << change.seconds;
      sounding = 0;
      EXPECT_LT(change.told - change.seconds, 0.17);
    }
  }
  EXPECT_EQ(sounding, 0);
}

TEST(LiveMelody, PitchIsAboutThatOfTheWholeAudio) {
  const std::vector<float> samples = singLine(kSung, 16000);
  const LiveLine& line = sungLine();
  const Melody whole = hearMelody(samples, 16000);
  ASSERT_EQ(line.pitch.size(), whole.hz.size() * kLivePitchNumbers);
  size_t voiced = 0;
  size_t near = 0;
  for (size_t i = 0; i < whole.hz.size(); ++i) {
    if (whole.confidence[i] < 0.5F || line.pitch[i * kLivePitchNumbers + 1] < 0.5F) continue;
    ++voiced;
    const double cents = 1200 * std::log2(line.pitch[i * kLivePitchNumbers] / whole.hz[i]);
    if (std::abs(cents) < 50) ++near;
  }
  EXPECT_GT(voiced, 130U);  // of 162
  EXPECT_GT(static_cast<double>(near), 0.97 * static_cast<double>(voiced));
}

TEST(LiveMelody, BlocksDoNotMatterAndRangesAre) {
  const std::vector<float> samples = singLine(kSung, 16000);
  const LiveLine& one = sungLine();
  const LiveLine other = hearLive(samples, 16000, "", 3000);
  ASSERT_EQ(one.changes.size(), other.changes.size());
  for (size_t i = 0; i < one.changes.size(); ++i) {
    EXPECT_EQ(one.changes[i].seconds, other.changes[i].seconds);
    EXPECT_EQ(one.changes[i].pitch, other.changes[i].pitch);
  }
  for (const Change& change : hearLive(samples, 16000, R"({"minPitch":66})").changes) {
    EXPECT_EQ(change.pitch, 67);
  }
  EXPECT_FALSE(liveMelody().open({.sampleRate = 44100, .channelCount = 1}, R"({"x":1})").ok());
}

TEST(LiveMelody, NoiseAndSilenceHaveNoNotes) {
  EXPECT_TRUE(hearLive(std::vector<float>(16000), 16000).changes.empty());
  EXPECT_TRUE(hearLive(noise(16000, 7, 0.1), 16000).changes.empty());
}

TEST(LiveMelody, WhatIsSkippedHasNoVoice) {
  auto stream = liveMelody().open({.sampleRate = 16000, .channelCount = 1}, "");
  ASSERT_TRUE(stream.ok());
  const std::vector<float> tone = singLine({{60, 2, 0}}, 16000);
  const float* samples = tone.data();
  LiveLine line;
  ASSERT_TRUE(stream.value()->push({&samples, 1, 16000}).ok());
  pullLive(*stream.value(), 1, line);
  ASSERT_EQ(line.changes.size(), 1U);
  samples += 16000;
  ASSERT_TRUE(stream.value()->skip({&samples, 1, 8000}).ok());
  pullLive(*stream.value(), 1.5, line);
  ASSERT_EQ(line.changes.size(), 2U);
  EXPECT_EQ(line.changes[1].velocity, 0);
  samples += 8000;
  ASSERT_TRUE(stream.value()->push({&samples, 1, 8000}).ok());
  ASSERT_TRUE(stream.value()->finish().ok());
  pullLive(*stream.value(), 2, line);
  EXPECT_EQ(line.changes.size(), 4U);
  EXPECT_EQ(line.pitch.size(), 125 * kLivePitchNumbers);
}

}  // namespace
}  // namespace divisi::test
