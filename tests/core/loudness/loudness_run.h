// Runs a Meter over whole signals, for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "divisi/loudness.h"
#include "loudness/ebu_signals.h"

namespace divisi::test {

struct Measured {
  std::vector<LoudnessRow> rows;
  LoudnessSummary summary{};
};

inline std::unique_ptr<Meter> makeMeter(int sampleRate, size_t channelCount) {
  auto meter =
      Meter::create({.sampleRate = sampleRate, .channelCount = static_cast<int>(channelCount)});
  EXPECT_TRUE(meter.ok()) << meter.status().message();
  return meter.ok() ? std::move(meter.value()) : nullptr;
}

inline void pullRows(Meter& meter, std::vector<LoudnessRow>& rows) {
  for (LoudnessRow row{}; meter.pull(row);) rows.push_back(row);
}

/// Measures frames that `write(first, count, channels)` gives, pushed in blocks of `block`.
template <typename Write>
Measured measureBlocks(int sampleRate, size_t channelCount, uint64_t frameCount, size_t block,
                       const Write& write) {
  Measured measured;
  auto meter = makeMeter(sampleRate, channelCount);
  std::vector<std::vector<float>> channels(channelCount, std::vector<float>(block));
  std::vector<const float*> pointers;
  for (const auto& channel : channels) pointers.push_back(channel.data());
  for (uint64_t first = 0; first < frameCount; first += block) {
    const auto count = static_cast<size_t>(std::min<uint64_t>(block, frameCount - first));
    write(first, count, channels);
    EXPECT_TRUE(meter->push({pointers.data(), static_cast<int>(channelCount), count}).ok());
    pullRows(*meter, measured.rows);
  }
  const Result<LoudnessSummary> summary = meter->finish();
  EXPECT_TRUE(summary.ok()) << summary.status().message();
  if (summary.ok()) measured.summary = summary.value();
  return measured;
}

inline Measured measure(const ToneSignal& signal) {
  return measureBlocks(
      signal.sampleRate(), signal.channelCount(), signal.frameCount(), 4096,
      [&](uint64_t first, size_t count, std::vector<std::vector<float>>& channels) {
        signal.write(first, count, channels);
      });
}

/// @param audio [channel][frame]
inline Measured measure(const std::vector<std::vector<float>>& audio, int sampleRate,
                        size_t block = 4096) {
  const auto write = [&](uint64_t first, size_t count, std::vector<std::vector<float>>& channels) {
    for (size_t c = 0; c < audio.size(); ++c) {
      std::copy_n(audio[c].data() + first, count, channels[c].data());
    }
  };
  return measureBlocks(sampleRate, audio.size(), audio[0].size(), block, write);
}

}  // namespace divisi::test
