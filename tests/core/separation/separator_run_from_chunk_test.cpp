// A separator that starts inside a song gives what the whole song's run gives there.
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "separation/separator_parts.h"
#include "separation/separator_song.h"

namespace divisi::test {
namespace {

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
