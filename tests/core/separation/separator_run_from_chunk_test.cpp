// A separator that starts inside a song gives what the whole song's run gives there.
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "audio/signals.h"
#include "divisi/task.h"
#include "separation/separator_run.h"
#include "separation/separator_song.h"

namespace divisi::test {
namespace {

std::string nameOf(const SeparatorOptions& options) {
  const std::string mode = options.mode == SeparationMode::kReference    ? "reference"
                           : options.quality == SeparationQuality::kHigh ? "high"
                                                                         : "normal";
  return mode + ", " + std::to_string(options.sampleRate) + " Hz, " +
         std::to_string(options.channelCount) + " channels";
}

/// Noise that swells, so that chunks hear different levels.
Channels swellingSong(size_t channelCount, size_t frames) {
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

std::vector<const float*> pointersAt(const Channels& song, size_t frame) {
  std::vector<const float*> pointers;
  for (const auto& channel : song) pointers.push_back(channel.data() + frame);
  return pointers;
}

/// The options of a task's stream that separates as a Separator with these does, or measures.
nlohmann::json taskOptions(const SeparatorOptions& options) {
  return {{"mode", options.mode == SeparationMode::kReference ? "reference" : "best"},
          {"quality", options.quality == SeparationQuality::kHigh ? "high" : "normal"}};
}

StreamFormat formatOf(const SeparatorOptions& options) {
  return {.sampleRate = options.sampleRate, .channelCount = options.channelCount};
}

/// The task of a model, compiled once for all tests.
CompiledTask& taskOf(const Model& model) {
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

std::unique_ptr<SongChunks> chunksOf(const Model& model, const SeparatorOptions& options,
                                     const Channels& song) {
  auto chunks = SongChunks::create(taskOf(model), options, song[0].size());
  EXPECT_TRUE(chunks.ok()) << chunks.status().message();
  return std::move(chunks.value());
}

/// Measures the whole song in blocks that fit nothing else.
void measureAll(SongChunks& chunks, const Channels& song) {
  constexpr size_t kBlock = 7777;
  for (size_t begin = 0; begin < song[0].size(); begin += kBlock) {
    const size_t frames = std::min(kBlock, song[0].size() - begin);
    ASSERT_TRUE(chunks.measure(viewOf(pointersAt(song, begin), frames)).ok());
  }
}

/// The stems from chunk `first` to before chunk `end`, by a run that is pushed no more than that
/// takes.
Stems separatePart(const Model& model, SeparatorOptions options, const SongChunks& chunks,
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
double partSnrDb(const Stems& whole, const Stems& part, const SongChunks& chunks, size_t first,
                 size_t end) {
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

void expectPartsToEqualTheWhole(const Model& model, const SeparatorOptions& options,
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

TEST(SeparatorPart, EqualsTheWholeSongsRun) {
  for (SeparatorOptions options : {SeparatorOptions{},
                                   {.quality = SeparationQuality::kHigh},
                                   {.mode = SeparationMode::kReference}}) {
    for (const int rate : {44100, 48000, 22050, 96000, 8000, 44056}) {
      for (const int channelCount : {2, 1, 6}) {
        if (rate != 44100 && rate != 48000 && channelCount != 2) continue;
        options.sampleRate = rate;
        options.channelCount = channelCount;
        const Channels song = swellingSong(static_cast<size_t>(channelCount),
                                           static_cast<size_t>(rate) * 11000 / 44100);
        const size_t count = chunksOf(tiny(), options, song)->count();
        ASSERT_GE(count, 10U);
        expectPartsToEqualTheWhole(
            tiny(), options, song,
            {{0, 1}, {1, 2}, {4, 6}, {5, count}, {count - 2, count - 1}, {count - 1, count}});
      }
    }
  }
}

TEST(SeparatorPart, EveryEndOfASongIsRight) {
  // The last chunk is moved back to where frames are, or waits for a second look in vain: each
  // length of a chunk's hop, in frames of the transform and one sample around them.
  for (SeparatorOptions options : {SeparatorOptions{}, {.quality = SeparationQuality::kHigh}}) {
    for (size_t frames = 40; frames <= 70; ++frames) {
      for (const size_t surplus : {0, 1, kTinyHop - 1}) {
        const Channels song = swellingSong(2, frames * kTinyHop + surplus);
        const size_t count = chunksOf(tiny(), options, song)->count();
        expectPartsToEqualTheWhole(tiny(), options, song, {{count - 1, count}, {count - 2, count}});
      }
    }
  }
}

TEST(SeparatorPart, EqualsTheWholeWithTheRealNetworks) {
  const auto frames = size_t{34} * kSongRate;
  std::vector<float> left = singing(frames, 8192, 220);
  const std::vector<float> other = band(frames, 32768);
  std::vector<float> right = left;
  for (size_t n = 0; n < frames; ++n) {
    left[n] += other[n];
    right[n] -= 0.5F * other[n];
  }
  const Channels song = {left, right};
  const SeparatorOptions options{.sampleRate = 48000};
  const auto chunks = chunksOf(spleeter(), options, song);
  ASSERT_EQ(chunks->count(), 3U);
  expectPartsToEqualTheWhole(spleeter(), options, song, {{1, 2}, {2, 3}});
}

TEST(SeparatorPart, ChunksCoverTheSong) {
  for (const int rate : {44100, 48000, 8000, 192000, 44056}) {
    for (const size_t length : {1, 500, 5000, 50000}) {
      const SeparatorOptions options{.sampleRate = rate};
      const auto chunks = chunksOf(tiny(), options, swellingSong(2, length));
      uint64_t covered = 0;
      for (size_t i = 0; i < chunks->count(); ++i) {
        const ChunkBounds bounds = chunks->bounds(i);
        EXPECT_EQ(bounds.outputBegin, covered);
        EXPECT_LE(bounds.outputBegin, bounds.outputEnd);
        EXPECT_LE(bounds.inputBegin, bounds.outputBegin);
        EXPECT_GE(bounds.inputEnd, bounds.outputEnd);
        covered = bounds.outputEnd;
      }
      EXPECT_EQ(covered, length);
    }
  }
}

TEST(SeparatorPart, BlocksDoNotMatter) {
  const SeparatorOptions options{.sampleRate = 48000};
  const Channels song = swellingSong(2, 9000);
  const auto chunks = chunksOf(tiny(), options, song);
  measureAll(*chunks, song);
  const auto atOnce = chunksOf(tiny(), options, song);
  ASSERT_TRUE(atOnce->measure(viewOf(pointersAt(song, 0), song[0].size())).ok());
  EXPECT_EQ(atOnce->levels(), chunks->levels());
  ASSERT_EQ(chunks->levels().size(), chunks->count());
  const Stems want = separatePart(tiny(), options, *chunks, song, 3, 6, 1U << 20U);
  for (const size_t block : {1, 61, 1024}) {
    EXPECT_EQ(separatePart(tiny(), options, *chunks, song, 3, 6, block), want) << block;
  }
}

TEST(SeparatorPart, RunsOnAsFarAsItsLevelsReach) {
  const Channels song = swellingSong(2, 9000);
  const auto chunks = chunksOf(tiny(), {}, song);
  // As much of the song as chunk 4 hears.
  const auto heard = static_cast<size_t>(chunks->bounds(4).inputEnd);
  ASSERT_TRUE(chunks->measure(viewOf(pointersAt(song, 0), heard)).ok());
  ASSERT_EQ(chunks->levels().size(), 5U);
  SeparatorOptions options{.firstChunk = 3, .levels = chunks->levels()};
  auto separator = makeSeparator(tiny(), options);
  const auto begin = static_cast<size_t>(chunks->bounds(3).inputBegin);
  ASSERT_TRUE(separator->push(viewOf(pointersAt(song, begin), heard - begin)).ok());
  EXPECT_EQ(separator->available(), chunks->bounds(4).outputEnd - chunks->bounds(3).outputBegin);
  const Status status = separator->push(viewOf(pointersAt(song, heard), song[0].size() - heard));
  EXPECT_EQ(status.code(), StatusCode::kBadOption);
  EXPECT_NE(status.message().find("levels end before chunk 5"), std::string::npos)
      << status.message();
}

TEST(SeparatorPart, BadOptionsAndAudioAreNamed) {
  const Channels song = swellingSong(2, 9000);
  const auto expectRefused = [](const SeparatorOptions& options, const std::string& words) {
    auto separator = Separator::create(tiny(), options);
    ASSERT_FALSE(separator.ok());
    EXPECT_EQ(separator.status().code(), StatusCode::kBadOption);
    EXPECT_NE(separator.status().message().find(words), std::string::npos)
        << separator.status().message();
  };
  expectRefused({.firstChunk = 2}, "levels must hold 1 for each chunk from 0 to 2");
  expectRefused({.channelCount = 6, .firstChunk = 1, .levels = {1, 1, 1, 1, 1}}, "got 5 in all");
  expectRefused({.levels = {-1}}, "levels must be RMS values from 0 up, got -1");
  expectRefused({.levels = {std::numeric_limits<double>::quiet_NaN()}}, "got nan");
  expectRefused({.firstChunk = size_t{1} << 30}, "firstChunk must be at most");

  CompiledTask& task = taskOf(tiny());
  EXPECT_EQ(SongChunks::create(task, {.sampleRate = 1}, 10).status().code(), StatusCode::kBadAudio);
  EXPECT_EQ(SongChunks::create(task, {}, 0).status().code(), StatusCode::kBadAudio);
  EXPECT_EQ(SongChunks::create(task, {}, ~uint64_t{0}).status().code(), StatusCode::kBadAudio);
  const auto chunks = chunksOf(tiny(), {}, song);
  EXPECT_EQ(chunks->measure(viewOf(pointersAt({song[0]}, 0), 10)).code(), StatusCode::kBadAudio);
  ASSERT_TRUE(chunks->measure(viewOf(pointersAt(song, 0), 8999)).ok());
  const Status tooMuch = chunks->measure(viewOf(pointersAt(song, 0), 2));
  EXPECT_EQ(tooMuch.code(), StatusCode::kBadAudio);
  EXPECT_NE(tooMuch.message().find("9000 frames, got 9001"), std::string::npos);
}

TEST(SeparatorPart, MisuseEndsInNothingWorseThanLessAudio) {
  // Finished before its first frame was reached.
  const std::vector<double> levels(20, 0.1);
  for (const size_t frames : {0, 1, 100, 2000}) {
    auto separator =
        makeSeparator(tiny(), {.sampleRate = 48000, .firstChunk = 9, .levels = levels});
    const Channels song = swellingSong(2, frames);
    ASSERT_TRUE(separator->push(viewOf(pointersAt(song, 0), frames)).ok());
    ASSERT_TRUE(separator->finish().ok());
    EXPECT_LE(separator->available(), frames);
  }
}

}  // namespace
}  // namespace divisi::test
