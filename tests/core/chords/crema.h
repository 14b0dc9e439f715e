// The catalogue's chord model, for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "audio/tonal_song.h"
#include "divisi/chords.h"
#include "divisi/model.h"

namespace divisi::test {

inline const Model& crema() {
  static const std::vector<std::byte> bytes = [] {
    const auto path = std::filesystem::path(DIVISI_MODELS_DIR) / "crema-chords.safetensors";
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    EXPECT_TRUE(file) << path << " is missing: run `npm run setup`";
    std::vector<std::byte> read(static_cast<size_t>(std::max<std::streamoff>(file.tellg(), 0)));
    file.seekg(0);
    file.read(reinterpret_cast<char*>(read.data()), static_cast<std::streamsize>(read.size()));
    return read;
  }();
  static const Model model = [] {
    auto opened = Model::open(bytes);
    EXPECT_TRUE(opened.ok()) << opened.status().message();
    return std::move(opened.value());
  }();
  return model;
}

inline std::unique_ptr<TaskStream> openChords(const StreamFormat& format,
                                              const std::string& options = "") {
  static const std::shared_ptr<CompiledTask> task = [] {
    auto compiled = CompiledTask::compile(crema());
    EXPECT_TRUE(compiled.ok()) << compiled.status().message();
    return compiled.value();
  }();
  auto stream = task->open(format, options);
  EXPECT_TRUE(stream.ok()) << stream.status().message();
  return std::move(stream.value());
}

/// A chord as words: its label, and behind it the bass where it is not the root.
struct NamedChord {
  std::string label;
  double start;
  double end;
  int bass;
  float confidence;
};

struct HeardChords {
  std::vector<NamedChord> chords;
  float tuningCents = 0;
};

inline HeardChords hearChords(const TonalSong& song, const std::string& options = "",
                              int channelCount = 1, size_t block = 4096) {
  const auto stream = openChords({song.sampleRate, channelCount}, options);
  const Status status = pushAll(*stream, song.samples, channelCount, block);
  EXPECT_TRUE(status.ok()) << status.message();
  HeardChords heard;
  for (const Event& event : pullEvents(*stream, kChordsOutput)) {
    const auto label = static_cast<size_t>(event.label);
    heard.chords.push_back({.label = stream->outputs()[kChordsOutput].labels[label],
                            .start = event.start,
                            .end = event.end,
                            .bass = static_cast<int>(event.value),
                            .confidence = event.confidence});
  }
  float* const planes[] = {&heard.tuningCents};
  EXPECT_EQ(stream->pull(kChordTuningOutput, planes, 2), 1U);
  return heard;
}

}  // namespace divisi::test
