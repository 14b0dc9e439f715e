// Runs the task "drums" over whole signals, for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "audio/signals.h"
#include "audio/tonal_song.h"
#include "divisi/drums.h"
#include "divisi/model.h"
#include "divisi/task.h"

namespace divisi::test {

/// The catalogue's model.
inline const Model& drumsModel() {
  static const std::vector<std::byte> bytes = [] {
    const auto path = std::filesystem::path(DIVISI_MODELS_DIR) / "drums.safetensors";
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    EXPECT_TRUE(file) << path << " is missing: run `npm run setup`";
    std::vector<std::byte> read(static_cast<size_t>(std::max<std::streamoff>(file.tellg(), 0)));
    file.seekg(0);
    file.read(reinterpret_cast<char*>(read.data()), static_cast<std::streamsize>(read.size()));
    return read;
  }();
  static const Result<Model> model = Model::open(bytes);
  EXPECT_TRUE(model.ok()) << model.status().message();
  return model.value();
}

/// The input of the golden vectors: make_drums.py says how it is made. Every quarter of a second
/// something is struck, kick and snare every second each.
inline std::vector<float> drumBeat(int rate = 44100, int seconds = 12) {
  const auto size = static_cast<size_t>(seconds) * static_cast<size_t>(rate);
  std::vector<double> noise(size);
  uint32_t state = 1;
  for (double& value : noise) {
    state = state * 1664525U + 1013904223U;
    value = state / 2147483648.0 - 1;
  }
  std::vector<float> song(size);
  const size_t step = static_cast<size_t>(rate) / 4;
  const size_t lead = 1000 * static_cast<size_t>(rate) / 44100;
  for (size_t place = 0; place + 1 < 4 * static_cast<size_t>(seconds); ++place) {
    const size_t first = place * step + lead;
    for (size_t i = 0; i < step - lead; ++i) {
      const double time = static_cast<double>(i) / rate;
      const double before = i == 0 ? 0 : noise[first + i - 1];
      double sample = 0.15 * (noise[first + i] - before) * std::exp(-60 * time);
      if (place % 4 == 0) {
        const double phase = 2 * std::numbers::pi * (50 * time - 5 * std::exp(-30 * time));
        sample += 0.8 * std::sin(phase) * std::exp(-12 * time);
      }
      if (place % 4 == 2) {
        sample += 0.4 * std::sin(2 * std::numbers::pi * 190 * time) * std::exp(-25 * time) +
                  0.4 * noise[first + i] * std::exp(-20 * time);
      }
      song[first + i] = static_cast<float>(sample);
    }
  }
  return song;
}

inline CompiledTask& drumsTask() {
  static const auto task = CompiledTask::compile(drumsModel());
  EXPECT_TRUE(task.ok()) << task.status().message();
  return *task.value();
}

struct HeardHit {
  double seconds;
  std::string instrument;
  int note;
  float velocity;
  float confidence;

  bool operator==(const HeardHit&) const = default;
};

/// What a stream has ready.
inline void pullHits(TaskStream& stream, std::vector<HeardHit>& hits) {
  const std::vector<std::string>& names = stream.outputs()[kHitsOutput].labels;
  for (const Event& event : pullEvents(stream, kHitsOutput)) {
    float velocity = 0;
    float* const planes[] = {&velocity};
    EXPECT_EQ(stream.pull(kVelocitiesOutput, planes, 1), 1U);
    EXPECT_EQ(event.start, event.end);
    hits.push_back({.seconds = event.start,
                    .instrument = names.at(static_cast<size_t>(event.label)),
                    .note = static_cast<int>(event.value),
                    .velocity = velocity,
                    .confidence = event.confidence});
  }
}

inline std::vector<HeardHit> hearDrums(const std::vector<float>& song, int rate = 44100,
                                       const std::string& options = "", int channelCount = 1,
                                       size_t block = 4096) {
  auto stream = drumsTask().open({rate, channelCount}, options);
  EXPECT_TRUE(stream.ok()) << stream.status().message();
  std::vector<HeardHit> hits;
  for (size_t begin = 0; begin < song.size(); begin += block) {
    const std::vector<const float*> channels(static_cast<size_t>(channelCount),
                                             song.data() + begin);
    const Status status =
        stream.value()->push({channels.data(), channelCount, std::min(block, song.size() - begin)});
    EXPECT_TRUE(status.ok()) << status.message();
    pullHits(*stream.value(), hits);
  }
  const Status status = stream.value()->finish();
  EXPECT_TRUE(status.ok()) << status.message();
  pullHits(*stream.value(), hits);
  return hits;
}

/// F of the hits of an instrument whose true times are known, within 50 ms.
inline double hitF(const std::vector<double>& struck, const std::vector<HeardHit>& heard,
                   const std::string& instrument) {
  std::vector<double> told;
  for (const HeardHit& hit : heard) {
    if (hit.instrument == instrument) told.push_back(hit.seconds);
  }
  size_t right = 0;
  for (const double want : struck) {
    right += std::ranges::any_of(told, [&](double got) { return std::abs(got - want) < 0.05; });
  }
  return 2.0 * static_cast<double>(right) / static_cast<double>(struck.size() + told.size());
}

/// When the drums of drumBeat() are struck: the first at `first`, then every second.
inline std::vector<double> everySecond(double first, int seconds = 12) {
  std::vector<double> times;
  for (double at = first + 1000.0 / 44100; at < seconds - 0.25; at += 1) times.push_back(at);
  return times;
}

}  // namespace divisi::test
