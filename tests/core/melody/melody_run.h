// Runs the task "melody" over whole signals, for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <numbers>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "audio/tonal_song.h"
#include "divisi/melody.h"
#include "divisi/model.h"
#include "golden/golden_input.h"

namespace divisi::test {

/// The catalogue's model.
inline const Model& swiftF0() {
  static const std::vector<std::byte> bytes = [] {
    const auto path = std::filesystem::path(DIVISI_MODELS_DIR) / "swift-f0.safetensors";
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

inline CompiledTask& melodyTask() {
  static const auto task = CompiledTask::compile(swiftF0());
  EXPECT_TRUE(task.ok()) << task.status().message();
  return *task.value();
}

/// The input of the golden vectors, 16 kHz (make_melody.py).
inline std::vector<float> goldenLine() {
  std::vector<float> samples;
  for (const int16_t sample : golden::read<int16_t>("swift-f0/line-16k.i16")) {
    samples.push_back(static_cast<float>(sample) / 32768);
  }
  return samples;
}

struct SungNote {
  double start;
  double end;
  int pitch;
  float velocity;
  float confidence;
  std::vector<float> bends;
};

struct Melody {
  std::vector<SungNote> notes;
  std::vector<float> hz;
  std::vector<float> confidence;
};

/// What a stream has ready.
inline void pullMelody(TaskStream& stream, Melody& melody) {
  for (const Event& event : pullEvents(stream, kNotesOutput)) {
    std::array<float, kNoteShapeNumbers> shape{};
    float* planes[] = {shape.data()};
    EXPECT_EQ(stream.pull(kNoteShapesOutput, planes, 1), 1U);
    SungNote note = {.start = event.start,
                     .end = event.end,
                     .pitch = static_cast<int>(event.value),
                     .velocity = shape[0],
                     .confidence = event.confidence,
                     .bends = std::vector<float>(static_cast<size_t>(shape[1]))};
    planes[0] = note.bends.data();
    EXPECT_EQ(stream.pull(kNoteBendsOutput, planes, note.bends.size()), note.bends.size());
    melody.notes.push_back(std::move(note));
  }
  std::vector<float> rows(stream.available(kPitchOutput) * kPitchNumbers);
  float* planes[] = {rows.data()};
  stream.pull(kPitchOutput, planes, rows.size() / kPitchNumbers);
  for (size_t i = 0; i < rows.size(); i += kPitchNumbers) {
    melody.hz.push_back(rows[i]);
    melody.confidence.push_back(rows[i + 1]);
  }
}

/// The melody of a whole line.
inline Melody hearMelody(std::span<const float> samples, int sampleRate,
                         const std::string& options = "", int channelCount = 1,
                         size_t block = 4096) {
  auto stream = melodyTask().open({sampleRate, channelCount}, options);
  EXPECT_TRUE(stream.ok()) << stream.status().message();
  Melody melody;
  for (size_t begin = 0; begin < samples.size(); begin += block) {
    const std::vector<const float*> channels(static_cast<size_t>(channelCount),
                                             samples.data() + begin);
    const Status status = stream.value()->push(
        {channels.data(), channelCount, std::min(block, samples.size() - begin)});
    EXPECT_TRUE(status.ok()) << status.message();
    pullMelody(*stream.value(), melody);
  }
  const Status status = stream.value()->finish();
  EXPECT_TRUE(status.ok()) << status.message();
  pullMelody(*stream.value(), melody);
  return melody;
}

struct Tone {
  double pitch;  // MIDI; 0 is a rest
  double seconds;
  double vibrato;  // semitones, either way
};

/// Appends tones of eight harmonics to one another without a break.
inline std::vector<float> singLine(const std::vector<Tone>& tones, int sampleRate) {
  std::vector<float> samples;
  double phase = 0;
  for (const Tone& tone : tones) {
    const auto count = static_cast<size_t>(std::lround(tone.seconds * sampleRate));
    for (size_t n = 0; n < count; ++n) {
      const double age = static_cast<double>(n) / sampleRate;
      const double edge = std::min({1.0, age / 0.02, (tone.seconds - age) / 0.02});
      const double midi = tone.pitch + tone.vibrato * std::min(1.0, age / 0.15) *
                                           std::sin(2 * std::numbers::pi * 5.6 * age);
      phase += 2 * std::numbers::pi * 440 * std::exp2((midi - 69) / 12) / sampleRate;
      double sum = 0;
      for (int k = 1; k <= 8; ++k) sum += std::sin(k * phase) / k;
      const double gain = tone.pitch > 0 ? 0.15 * std::max(0.1, edge) : 0;
      samples.push_back(static_cast<float>(gain * sum));
    }
  }
  return samples;
}

}  // namespace divisi::test
