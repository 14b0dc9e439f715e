// Runs the task "beats" over whole signals, for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "divisi/beats.h"
#include "divisi/model.h"
#include "divisi/task.h"
#include "golden/golden_input.h"

namespace divisi::test {

/// The bytes of a file of the manifest.
inline std::vector<std::byte> modelFile(const std::string& name) {
  const auto path = std::filesystem::path(DIVISI_MODELS_DIR) / (name + ".safetensors");
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  EXPECT_TRUE(file) << path << " is missing: run `npm run setup`";
  std::vector<std::byte> bytes(static_cast<size_t>(std::max<std::streamoff>(file.tellg(), 0)));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

inline const Model& beatnet() {
  static const std::vector<std::byte> bytes = modelFile("beatnet");
  static const Result<Model> model = Model::open(bytes);
  EXPECT_TRUE(model.ok()) << model.status().message();
  return model.value();
}

inline CompiledTask& beatsTask() {
  static const auto task = CompiledTask::compile(beatnet());
  EXPECT_TRUE(task.ok()) << task.status().message();
  return *task.value();
}

/// The input of the golden vectors: make_beatnet.py says how it is made.
inline std::vector<float> goldenBeatsInput() {
  const std::vector<int16_t> clip = golden::read<int16_t>("musicnn-mel/clip-16k.i16");
  std::vector<float> samples;
  for (const float gain : {1.0F, 0.25F, 4.0F}) {
    for (const int16_t sample : clip) samples.push_back(gain * static_cast<float>(sample) / 32768);
  }
  samples.resize(100001);
  return samples;
}

inline std::unique_ptr<TaskStream> openBeats(const StreamFormat& format,
                                             const std::string& options = "") {
  auto stream = beatsTask().open(format, options);
  EXPECT_TRUE(stream.ok()) << stream.status().message();
  return std::move(stream.value());
}

struct BeatsRun {
  std::vector<Event> beats;
  std::vector<float> summary;      // tempo, tempo confidence, beats a bar
  std::vector<float> activations;  // [frame][3]
};

inline void pullRows(TaskStream& stream, size_t output, std::vector<float>& rows) {
  const auto width = static_cast<size_t>(stream.outputs()[output].width);
  const size_t count = stream.available(output);
  rows.resize(rows.size() + count * width);
  float* const plane = rows.data() + rows.size() - count * width;
  EXPECT_EQ(stream.pull(output, &plane, SIZE_MAX), count);
}

/// Runs a whole song, pushed in blocks of `block` frames.
inline BeatsRun runBeats(const std::vector<std::vector<float>>& song, int sampleRate,
                         const std::string& options = "", size_t block = 1U << 16U) {
  BeatsRun run;
  const auto stream =
      openBeats({.sampleRate = sampleRate, .channelCount = static_cast<int>(song.size())}, options);
  TaskStream& open = *stream;
  for (size_t begin = 0; begin < song.front().size(); begin += block) {
    std::vector<const float*> pointers;
    for (const auto& channel : song) pointers.push_back(channel.data() + begin);
    const Status status = open.push({pointers.data(), static_cast<int>(pointers.size()),
                                     std::min(block, song.front().size() - begin)});
    EXPECT_TRUE(status.ok()) << status.message();
    pullRows(open, 2, run.activations);
  }
  const Status status = open.finish();
  EXPECT_TRUE(status.ok()) << status.message();
  pullRows(open, 2, run.activations);
  pullRows(open, 1, run.summary);
  run.beats.resize(open.available(0));
  EXPECT_EQ(open.pullEvents(0, run.beats), run.beats.size());
  return run;
}

/// A drum machine: a kick on downbeats, a higher thump on the other beats, ticks in between.
inline std::vector<float> drumMachine(double tempo, int beatsPerBar, double seconds,
                                      int sampleRate) {
  std::vector<float> samples(static_cast<size_t>(seconds * sampleRate));
  const auto hit = [&](double at, double hz, double amplitude, double decay) {
    const auto begin = static_cast<size_t>(at * sampleRate);
    const size_t end = std::min(samples.size(), begin + static_cast<size_t>(0.2 * sampleRate));
    for (size_t n = begin; n < end; ++n) {
      const double t = static_cast<double>(n - begin) / sampleRate;
      const double sweep = hz * (1 + 2 * std::exp(-t * 60));
      samples[n] += static_cast<float>(amplitude * std::exp(-t * decay) *
                                       std::sin(2 * std::numbers::pi * sweep * t));
    }
  };
  const double interval = 60 / tempo;
  for (int beat = 0; 0.5 + beat * interval < seconds; ++beat) {
    const double at = 0.5 + beat * interval;
    hit(at, beat % beatsPerBar == 0 ? 60 : 220, beat % beatsPerBar == 0 ? 0.7 : 0.3, 25);
    hit(at, 6000, 0.1, 80);
    hit(at + interval / 2, 7000, 0.05, 120);
  }
  return samples;
}

/// The share of the wanted times that have a beat within 70 ms, the usual tolerance.
template <typename Beats, typename Time>
double shareFound(const std::vector<double>& wanted, const Beats& beats, Time timeOf) {
  const auto found = std::ranges::count_if(wanted, [&](double want) {
    return std::ranges::any_of(
        beats, [&](const auto& beat) { return std::abs(timeOf(beat) - want) <= 0.07; });
  });
  return static_cast<double>(found) / static_cast<double>(wanted.size());
}

}  // namespace divisi::test
