// Runs the task "notes" over whole signals, for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "audio/tonal_song.h"
#include "divisi/model.h"
#include "divisi/notes.h"
#include "divisi/task.h"
#include "golden/golden_input.h"

namespace divisi::test {

/// The catalogue's model.
inline const Model& basicPitch() {
  static const std::vector<std::byte> bytes = [] {
    const auto path = std::filesystem::path(DIVISI_MODELS_DIR) / "basic-pitch.safetensors";
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

/// The input of the golden vectors: make_notes.py says how it is made.
inline std::vector<float> goldenNotesInput() {
  const std::vector<int16_t> clip = golden::read<int16_t>("musicnn-mel/clip-16k.i16");
  std::vector<float> samples;
  for (const float gain : {1.0F, 0.25F, 4.0F}) {
    for (const int16_t sample : clip) samples.push_back(gain * static_cast<float>(sample) / 32768);
  }
  samples.resize(100001);
  return samples;
}

/// Columns of the golden vectors that are kept, as make_notes.py has them.
inline constexpr std::array<std::pair<size_t, size_t>, 4> kGoldenColumns = {
    {{0, 8}, {138, 146}, {280, 288}, {382, 390}}};

/// Those of [column][width].
inline std::vector<float> goldenColumnsOf(const std::vector<float>& values, size_t width) {
  std::vector<float> kept;
  for (const auto& [begin, end] : kGoldenColumns) {
    for (size_t i = begin * width; i < end * width && i < values.size(); ++i) {
      kept.push_back(values[i]);
    }
  }
  return kept;
}

inline CompiledTask& notesTask() {
  static const auto task = CompiledTask::compile(basicPitch());
  EXPECT_TRUE(task.ok()) << task.status().message();
  return *task.value();
}

inline std::unique_ptr<TaskStream> openNotes(const StreamFormat& format,
                                             const std::string& options = "") {
  auto stream = notesTask().open(format, options);
  EXPECT_TRUE(stream.ok()) << stream.status().message();
  return std::move(stream.value());
}

struct HeardNote {
  double start;
  double end;
  int pitch;
  float velocity;
  float confidence;
  std::vector<float> bends;
};

/// What a stream has ready.
inline void pullNotes(TaskStream& stream, std::vector<HeardNote>& notes) {
  for (const Event& event : pullEvents(stream, kNotesOutput)) {
    std::array<float, kNoteShapeNumbers> shape{};
    float* planes[] = {shape.data()};
    EXPECT_EQ(stream.pull(kNoteShapesOutput, planes, 1), 1U);
    HeardNote note = {.start = event.start,
                      .end = event.end,
                      .pitch = static_cast<int>(event.value),
                      .velocity = shape[0],
                      .confidence = event.confidence,
                      .bends = std::vector<float>(static_cast<size_t>(shape[1]))};
    planes[0] = note.bends.data();
    EXPECT_EQ(stream.pull(kNoteBendsOutput, planes, note.bends.size()), note.bends.size());
    notes.push_back(std::move(note));
  }
}

/// The notes of a whole song, in the order of their starts.
inline std::vector<HeardNote> hearNotes(const TonalSong& song, const std::string& options = "",
                                        int channelCount = 1, size_t block = 4096) {
  const auto stream = openNotes({song.sampleRate, channelCount}, options);
  std::vector<HeardNote> notes;
  for (size_t begin = 0; begin < song.samples.size(); begin += block) {
    const std::vector<const float*> channels(static_cast<size_t>(channelCount),
                                             song.samples.data() + begin);
    const Status status =
        stream->push({channels.data(), channelCount, std::min(block, song.samples.size() - begin)});
    EXPECT_TRUE(status.ok()) << status.message();
    pullNotes(*stream, notes);
  }
  const Status status = stream->finish();
  EXPECT_TRUE(status.ok()) << status.message();
  pullNotes(*stream, notes);
  std::ranges::sort(notes, [](const HeardNote& a, const HeardNote& b) {
    return std::pair(a.start, a.pitch) < std::pair(b.start, b.pitch);
  });
  return notes;
}

struct PlayedNote {
  double start;
  double end;
  int pitch;
};

/// How many of the notes were heard with the right pitch and a start within `seconds`, each once.
inline size_t countFound(const std::vector<PlayedNote>& played, const std::vector<HeardNote>& heard,
                         double seconds) {
  std::vector<bool> used(heard.size());
  size_t right = 0;
  for (const PlayedNote& want : played) {
    for (size_t i = 0; i < heard.size(); ++i) {
      if (used[i] || heard[i].pitch != want.pitch) continue;
      if (std::abs(heard[i].start - want.start) > seconds) continue;
      used[i] = true;
      ++right;
      break;
    }
  }
  return right;
}

inline double shareFound(const std::vector<PlayedNote>& played, const std::vector<HeardNote>& heard,
                         double seconds) {
  return static_cast<double>(countFound(played, heard, seconds)) /
         static_cast<double>(played.size());
}

inline double noteF(const std::vector<PlayedNote>& played, const std::vector<HeardNote>& heard,
                    double seconds) {
  return 2.0 * static_cast<double>(countFound(played, heard, seconds)) /
         static_cast<double>(played.size() + heard.size());
}

}  // namespace divisi::test
