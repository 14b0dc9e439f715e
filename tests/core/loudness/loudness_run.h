// Runs the task "loudness" over signals, for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "divisi/loudness.h"
#include "divisi/task.h"
#include "loudness/ebu_signals.h"

namespace divisi::test {

using LoudnessRow = std::array<float, kLoudnessWidth>;
using LoudnessSummary = std::array<float, kLoudnessSummaryWidth>;

struct Measured {
  std::vector<LoudnessRow> rows;
  LoudnessSummary summary{};
};

inline std::unique_ptr<TaskStream> openLoudness(int sampleRate, size_t channelCount) {
  auto task = CompiledTask::withoutModel("loudness");
  EXPECT_TRUE(task.ok()) << task.status().message();
  if (!task.ok()) return nullptr;
  auto stream = task.value()->open(
      {.sampleRate = sampleRate, .channelCount = static_cast<int>(channelCount)}, "{}");
  EXPECT_TRUE(stream.ok()) << stream.status().message();
  return stream.ok() ? std::move(stream.value()) : nullptr;
}

inline void pullRows(TaskStream& stream, std::vector<LoudnessRow>& rows) {
  LoudnessRow row{};
  float* const planes[] = {row.data()};
  while (stream.pull(kLoudnessOutput, planes, 1) == 1) rows.push_back(row);
}

inline void finish(TaskStream& stream, Measured& measured) {
  ASSERT_TRUE(stream.finish().ok());
  pullRows(stream, measured.rows);
  float* const planes[] = {measured.summary.data()};
  ASSERT_EQ(stream.pull(kLoudnessSummaryOutput, planes, 1), 1U);
}

/// Measures a signal of tones, pushed in blocks of `block` frames.
inline Measured measure(const ToneSignal& signal, size_t block = 4096) {
  Measured measured;
  auto stream = openLoudness(signal.sampleRate(), signal.channelCount());
  std::vector<std::vector<float>> channels(signal.channelCount(), std::vector<float>(block));
  std::vector<const float*> pointers;
  for (const auto& channel : channels) pointers.push_back(channel.data());
  for (uint64_t first = 0; first < signal.frameCount(); first += block) {
    const auto count = static_cast<size_t>(std::min<uint64_t>(block, signal.frameCount() - first));
    signal.write(first, count, channels);
    EXPECT_TRUE(
        stream->push({pointers.data(), static_cast<int>(signal.channelCount()), count}).ok());
    pullRows(*stream, measured.rows);
  }
  finish(*stream, measured);
  return measured;
}

/// Measures audio that is in memory, [channel][frame].
inline Measured measure(const std::vector<std::vector<float>>& audio, int sampleRate,
                        size_t block = 4096) {
  Measured measured;
  auto stream = openLoudness(sampleRate, audio.size());
  for (size_t first = 0; first < audio[0].size(); first += block) {
    std::vector<const float*> pointers;
    for (const auto& channel : audio) pointers.push_back(channel.data() + first);
    const size_t count = std::min(block, audio[0].size() - first);
    EXPECT_TRUE(stream->push({pointers.data(), static_cast<int>(audio.size()), count}).ok());
    pullRows(*stream, measured.rows);
  }
  finish(*stream, measured);
  return measured;
}

}  // namespace divisi::test
