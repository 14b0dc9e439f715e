// Runs that start inside a song, for tests: parts of it against the whole song's run.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "audio/signals.h"
#include "divisi/task.h"
#include "separation/separator_run.h"

namespace divisi::test {

inline std::string nameOf(const SeparatorOptions& options) {
  const std::string mode = options.mode == SeparationMode::kReference    ? "reference"
                           : options.quality == SeparationQuality::kHigh ? "high"
                                                                         : "normal";
  return mode + ", " + std::to_string(options.sampleRate) + " Hz, " +
         std::to_string(options.channelCount) + " channels";
}

/// Noise that swells, so that chunks hear different levels.
inline Channels swellingSong(size_t channelCount, size_t frames) {
  Channels song;
  for (size_t c = 0; c < channelCount; ++c) {
    song.push_back(noise(frames, c + 1, 0.3));
    for (size_t n = 0; n < frames; ++n) {
      const double turn = static_cast<double>(n) / static_cast<double>(frames);
      song.back()[n] *= static_cast<float>(0.05 + turn);
    }
  }
  return song;
}

inline std::vector<const float*> pointersAt(const Channels& song, size_t frame) {
  std::vector<const float*> pointers;
  for (const auto& channel : song) pointers.push_back(channel.data() + frame);
  return pointers;
}

/// The options of a task's stream that separates as a Separator with these does, or measures.
inline nlohmann::json taskOptions(const SeparatorOptions& options) {
  return {{"mode", options.mode == SeparationMode::kReference ? "reference" : "best"},
          {"quality", options.quality == SeparationQuality::kHigh ? "high" : "normal"}};
}

inline StreamFormat formatOf(const SeparatorOptions& options) {
  return {.sampleRate = options.sampleRate, .channelCount = options.channelCount};
}

/// The task of a model, compiled once for all tests.
inline CompiledTask& taskOf(const Model& model) {
  static std::map<const Model*, std::shared_ptr<CompiledTask>> compiled;
  std::shared_ptr<CompiledTask>& task = compiled[&model];
  if (task == nullptr) task = CompiledTask::compile(model).value();
  return *task;
}

/// A song cut into chunks, and its levels as far as they were measured.
class SongChunks {
 public:
  static Result<std::unique_ptr<SongChunks>> create(CompiledTask& task,
                                                    const SeparatorOptions& options,
                                                    uint64_t frameCount) {
    nlohmann::json json = taskOptions(options);
    auto bounds = task.chunks(formatOf(options), json.dump(), frameCount);
    if (!bounds.ok()) return bounds.status();
    json["measure"] = true;
    json["frameCount"] = frameCount;
    auto stream = task.open(formatOf(options), json.dump());
    if (!stream.ok()) return stream.status();
    auto chunks = std::make_unique<SongChunks>();
    chunks->bounds_ = std::move(bounds.value());
    chunks->stream_ = std::move(stream.value());
    return chunks;
  }

  [[nodiscard]] size_t count() const { return bounds_.size(); }
  [[nodiscard]] ChunkBounds bounds(size_t chunk) const { return bounds_[chunk]; }
  [[nodiscard]] const std::vector<double>& levels() const { return levels_; }

  Status measure(const AudioView& audio) {
    Status status = stream_->push(audio);
    std::vector<float> row(static_cast<size_t>(stream_->outputs().front().width));
    float* const plane = row.data();
    while (stream_->pull(0, &plane, 1) > 0) levels_.insert(levels_.end(), row.begin(), row.end());
    return status;
  }

 private:
  std::vector<ChunkBounds> bounds_;
  std::unique_ptr<TaskStream> stream_;
  std::vector<double> levels_;
};

inline std::unique_ptr<SongChunks> chunksOf(const Model& model, const SeparatorOptions& options,
                                            const Channels& song) {
  auto chunks = SongChunks::create(taskOf(model), options, song[0].size());
  EXPECT_TRUE(chunks.ok()) << chunks.status().message();
  return std::move(chunks.value());
}

/// Measures the whole song in blocks that fit nothing else.
inline void measureAll(SongChunks& chunks, const Channels& song) {
  constexpr size_t kBlock = 7777;
  for (size_t begin = 0; begin < song[0].size(); begin += kBlock) {
    const size_t frames = std::min(kBlock, song[0].size() - begin);
    ASSERT_TRUE(chunks.measure(viewOf(pointersAt(song, begin), frames)).ok());
  }
}

/// The stems from chunk `first` to before chunk `end`, by a run that is pushed no more than that
/// takes.
inline Stems separatePart(const Model& model, SeparatorOptions options, const SongChunks& chunks,
                          const Channels& song, size_t first, size_t end, size_t block = 5000) {
  options.firstChunk = first;
  options.levels = chunks.levels();
  auto separator = makeSeparator(model, options);
  Stems stems;
  if (separator == nullptr) return stems;
  const auto inputEnd = static_cast<size_t>(chunks.bounds(end - 1).inputEnd);
  for (auto begin = static_cast<size_t>(chunks.bounds(first).inputBegin); begin < inputEnd;) {
    const size_t frames = std::min(block, inputEnd - begin);
    const Status status = separator->push(viewOf(pointersAt(song, begin), frames));
    EXPECT_TRUE(status.ok()) << status.message();
    pullInto(*separator, stems, song.size());
    begin += frames;
  }
  if (inputEnd == song[0].size()) {
    EXPECT_TRUE(separator->finish().ok());
  }
  pullInto(*separator, stems, song.size());
  // Where the song's end is needed, more than the wanted chunks may have been computed.
  const ChunkBounds last = chunks.bounds(end - 1);
  for (auto& [name, channels] : stems) {
    for (auto& channel : channels) {
      const auto wanted = static_cast<size_t>(last.outputEnd - chunks.bounds(first).outputBegin);
      if (channel.size() > wanted && inputEnd == song[0].size()) channel.resize(wanted);
    }
  }
  return stems;
}

/// The lowest SNR of all stems and channels of the part [first, end) against the whole run.
inline double partSnrDb(const Stems& whole, const Stems& part, const SongChunks& chunks,
                        size_t first, size_t end) {
  const auto begin = static_cast<size_t>(chunks.bounds(first).outputBegin);
  const auto length = static_cast<size_t>(chunks.bounds(end - 1).outputEnd) - begin;
  double lowest = 999;
  for (const auto& [name, channels] : whole) {
    for (size_t c = 0; c < channels.size(); ++c) {
      if (length == 0) continue;
      const std::vector<float>& got = part.at(name)[c];
      EXPECT_EQ(got.size(), length) << name << ", chunks " << first << " to " << end;
      if (got.size() != length) return 0;
      const std::vector<float> want(
          channels[c].begin() + static_cast<std::ptrdiff_t>(begin),
          channels[c].begin() + static_cast<std::ptrdiff_t>(begin + length));
      lowest = std::min(lowest, snrDb(want, got));
    }
  }
  return lowest;
}

inline void expectPartsToEqualTheWhole(const Model& model, const SeparatorOptions& options,
                                       const Channels& song,
                                       const std::vector<std::pair<size_t, size_t>>& parts) {
  const Stems whole = separate(model, options, song);
  const auto chunks = chunksOf(model, options, song);
  measureAll(*chunks, song);
  for (const auto& [first, end] : parts) {
    const Stems part = separatePart(model, options, *chunks, song, first, end);
    // The same arithmetic on the same numbers: at least 100 dB allows for nothing but a float32
    // rounding here and there. A level, a mask or a phase that is not the whole run's costs far
    // more.
    EXPECT_GE(partSnrDb(whole, part, *chunks, first, end), 100)
        << nameOf(options) << ", chunks " << first << " to " << end << " of " << chunks->count();
  }
}

}  // namespace divisi::test
