// Separation as a task: outputs, options as JSON, chunks, live streams and their timing.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "audio/signals.h"
#include "divisi/task.h"
#include "separation/separator_run.h"

namespace divisi::test {
namespace {

constexpr StreamFormat kStereo = {.sampleRate = 44100, .channelCount = 2};

Channels noiseSong(size_t channelCount, size_t frames) {
  Channels song;
  for (size_t c = 0; c < channelCount; ++c) song.push_back(noise(frames, c + 1, 0.3));
  return song;
}

CompiledTask& tinyTaskOf(bool live) {
  static const auto song = CompiledTask::compile(tiny()).value();
  static const auto streams = CompiledTask::compile(tiny(), {.live = true}).value();
  return live ? *streams : *song;
}

std::unique_ptr<TaskStream> opened(CompiledTask& task, const StreamFormat& format,
                                   const std::string& options) {
  auto stream = task.open(format, options);
  EXPECT_TRUE(stream.ok()) << stream.status().message();
  return stream.ok() ? std::move(stream.value()) : nullptr;
}

void pullAll(TaskStream& stream, Stems& stems) {
  for (size_t i = 0; i < stream.outputs().size(); ++i) {
    const size_t frames = stream.available(i);
    Channels& channels = stems[stream.outputs()[i].name];
    channels.resize(static_cast<size_t>(stream.outputs()[i].width));
    std::vector<float*> planes;
    for (auto& channel : channels) {
      channel.resize(channel.size() + frames);
      planes.push_back(channel.data() + channel.size() - frames);
    }
    EXPECT_EQ(stream.pull(i, planes.data(), frames), frames);
  }
}

using Take = Status (TaskStream::*)(const AudioView&);

/// Sends song[begin..end) through and appends what comes out.
void send(TaskStream& stream, const Channels& song, size_t begin, size_t end, Stems& stems,
          Take take = &TaskStream::push) {
  constexpr size_t kBlock = 500;
  for (; begin < end; begin += kBlock) {
    std::vector<const float*> pointers;
    for (const auto& channel : song) pointers.push_back(channel.data() + begin);
    const Status status = (stream.*take)(viewOf(pointers, std::min(kBlock, end - begin)));
    ASSERT_TRUE(status.ok()) << status.message();
    pullAll(stream, stems);
  }
}

Stems separateAll(TaskStream& stream, const Channels& song) {
  Stems stems;
  send(stream, song, 0, song[0].size(), stems);
  EXPECT_TRUE(stream.finish().ok());
  pullAll(stream, stems);
  return stems;
}

TEST(SeparationTask, OutputsAreStems) {
  CompiledTask& task = tinyTaskOf(false);
  EXPECT_EQ(task.name(), "separation");
  const auto stream = opened(task, {.sampleRate = 48000, .channelCount = 6}, "");
  ASSERT_EQ(stream->outputs().size(), 2U);
  EXPECT_EQ(stream->outputs()[0].name, "voice");
  EXPECT_EQ(stream->outputs()[1].name, "band");
  for (const Output& output : stream->outputs()) {
    EXPECT_EQ(output.kind, OutputKind::kAudio);
    EXPECT_EQ(output.width, 6);
    EXPECT_EQ(output.rate, 48000);
  }
}

TEST(SeparationTask, OptionsDoWhatASeparatorsDo) {
  const Channels song = noiseSong(2, 6000);
  struct Case {
    std::string json;
    SeparatorOptions options;
  };
  const Case cases[] = {
      {"{}", {}},
      {R"({"mode": "best", "quality": "high"})", {.quality = SeparationQuality::kHigh}},
      {R"({"mode": "reference", "quality": "normal"})", {.mode = SeparationMode::kReference}},
      {R"({"stems": ["band"], "latency": 0})", {.stems = {"band"}}},
      {R"({"levels": [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]})",
       {.levels = std::vector<double>(8, 0.5)}},
  };
  for (const auto& [json, options] : cases) {
    const auto stream = opened(tinyTaskOf(false), kStereo, json);
    EXPECT_EQ(separateAll(*stream, song), separate(tiny(), options, song)) << json;
  }
}

TEST(SeparationTask, APartEqualsTheWholeBitForBit) {
  CompiledTask& task = tinyTaskOf(false);
  for (const int rate : {44100, 48000}) {
    const StreamFormat format = {.sampleRate = rate, .channelCount = 6};
    Channels song = noiseSong(6, 9000);
    for (auto& channel : song) {
      for (size_t n = 0; n < channel.size(); ++n) channel[n] *= static_cast<float>(n) / 9000;
    }
    const Stems whole = separateAll(*opened(task, format, "{}"), song);
    const auto chunks = task.chunks(format, "{}", 9000);
    ASSERT_TRUE(chunks.ok()) << chunks.status().message();
    Stems measured;
    const auto levels = opened(task, format, R"({"measure": true, "frameCount": 9000})");
    ASSERT_EQ(levels->outputs().size(), 1U);
    EXPECT_EQ(levels->outputs()[0].name, "levels");
    EXPECT_EQ(levels->outputs()[0].kind, OutputKind::kRows);
    ASSERT_EQ(levels->outputs()[0].width, 4);  // L R, C, LFE, SL SR
    std::vector<const float*> pointers;
    for (const auto& channel : song) pointers.push_back(channel.data());
    ASSERT_TRUE(levels->push(viewOf(pointers, 9000)).ok());
    ASSERT_EQ(levels->available(0), chunks.value().size());
    std::vector<float> rows(4 * chunks.value().size());
    float* const plane = rows.data();
    levels->pull(0, &plane, SIZE_MAX);

    nlohmann::json options = {{"firstChunk", 3}, {"levels", rows}};
    const auto stream = opened(task, format, options.dump());
    const ChunkBounds& first = chunks.value()[3];
    Stems part;
    send(*stream, song, static_cast<size_t>(first.inputBegin), 9000, part);
    ASSERT_TRUE(stream->finish().ok());
    pullAll(*stream, part);
    for (const auto& [name, channels] : whole) {
      for (size_t c = 0; c < channels.size(); ++c) {
        const std::vector<float> want(
            channels[c].begin() + static_cast<std::ptrdiff_t>(first.outputBegin),
            channels[c].end());
        EXPECT_EQ(part.at(name)[c], want) << name << ", channel " << c << " at " << rate;
      }
    }
  }
}

TEST(SeparationTask, BadOptionsAreNamed) {
  const auto expectRefused = [](bool live, const std::string& options, StatusCode code,
                                const std::string& words) {
    const auto stream = tinyTaskOf(live).open(kStereo, options);
    ASSERT_FALSE(stream.ok()) << options;
    EXPECT_EQ(stream.status().code(), code) << options;
    EXPECT_NE(stream.status().message().find(words), std::string::npos)
        << stream.status().message();
  };
  constexpr auto kBad = StatusCode::kBadOption;
  expectRefused(false, R"({"mode": "worst"})", kBad,
                "mode must be 'best' or 'reference', got 'worst'");
  expectRefused(false, R"({"quality": 2})", kBad, "quality must be a text, got 2");
  expectRefused(false, R"({"stems": "voice"})", kBad, "stems must be a list of texts, got 'voice'");
  expectRefused(false, R"({"stems": ["drums"]})", kBad, "'drums'");
  expectRefused(false, R"({"levels": [0.1, "loud"]})", kBad, "levels must be a list of numbers");
  expectRefused(false, R"({"firstChunk": -1})", kBad, "firstChunk must be an integer from 0");
  expectRefused(false, R"({"firstChunk": 99999999})", kBad, "firstChunk must be at most");
  expectRefused(false, R"({"measure": 1})", kBad, "measure must be true or false, got 1");
  expectRefused(false, R"({"measure": true})", StatusCode::kBadAudio, "the audio is empty");
  expectRefused(false, R"({"stem": []})", kBad, "there is no 'stem'; known: stems, mode");
  expectRefused(false, R"({"latency": 1})", kBad, "latency must be 0 unless compiled for live");
  expectRefused(true, "{}", kBad, "latency is missing");
  expectRefused(true, R"({"latency": 0.1})", kBad, "latency must be one of 2.0, 1.5");
  expectRefused(true, R"({"latency": 1, "mode": "best"})", kBad,
                "there is no 'mode'; known: stems, latency");
  EXPECT_EQ(tinyTaskOf(true).chunks(kStereo, R"({"latency": 1})", 10).status().code(),
            StatusCode::kUnsupported);
  EXPECT_EQ(tinyTaskOf(false).chunks(kStereo, R"({"mode": 1})", 10).status().code(), kBad);
}

TEST(SeparationTask, ALiveStreamGivesAllAtItsEnd) {
  for (const int rate : {44100, 48000}) {
    for (const size_t length : {size_t{1}, size_t{300}, size_t{6000}}) {
      const auto stream = opened(tinyTaskOf(true), {rate, 2}, R"({"latency": 0.5})");
      const auto delay = static_cast<size_t>(stream->timing().latency);
      const Channels song = noiseSong(2, length);
      const Stems stems = separateAll(*stream, song);
      std::vector<float> sum = stems.at("voice")[0];
      ASSERT_EQ(sum.size(), length + delay);
      for (size_t n = 0; n < sum.size(); ++n) sum[n] += stems.at("band")[0][n];
      // At least 120 dB: the remainder is a difference, so only its rounding is left.
      EXPECT_GE(snrDb(song[0], std::vector<float>(sum.end() - static_cast<std::ptrdiff_t>(length),
                                                  sum.end())),
                120);
      EXPECT_GT(energy(stems.at("voice")[0].data() + delay, length), 0) << length;
      EXPECT_EQ(stream->push(viewOf({song[0].data(), song[1].data()}, 1)).code(),
                StatusCode::kClosed);
    }
  }
}

TEST(SeparationTask, WhatWasSkippedReachesNoFurtherThanItSays) {
  for (const int rate : {44100, 48000, 96000, 8000}) {
    const StreamFormat format = {.sampleRate = rate, .channelCount = 2};
    const Channels song = noiseSong(2, 24000);
    const auto steady = opened(tinyTaskOf(true), format, R"({"latency": 1})");
    const auto stream = opened(tinyTaskOf(true), format, R"({"latency": 1})");
    Stems want;
    send(*steady, song, 0, 24000, want);
    Stems got;
    send(*stream, song, 0, 8000, got);
    send(*stream, song, 8000, 16000, got, &TaskStream::skip);
    send(*stream, song, 16000, 24000, got);
    const auto [latency, runInterval, reach] = stream->timing();
    const auto clean = static_cast<std::ptrdiff_t>(16000 + runInterval + reach);
    ASSERT_LT(clean, 24000) << rate;
    const std::vector<float>& wanted = want.at("voice")[0];
    const std::vector<float>& voice = got.at("voice")[0];
    EXPECT_TRUE(std::equal(voice.begin(), voice.begin() + 8000, wanted.begin())) << rate;
    EXPECT_FALSE(std::equal(voice.begin() + 16000, voice.begin() + clean, wanted.begin() + 16000))
        << rate;
    EXPECT_TRUE(std::equal(voice.begin() + clean, voice.end(), wanted.begin() + clean)) << rate;
  }
}

TEST(SeparationTask, ReachIsAWindowOfTheTransformAtTheInputsRate) {
  const auto task = CompiledTask::compile(spleeter(), {.live = true});
  ASSERT_TRUE(task.ok()) << task.status().message();
  const auto reachAt = [&](int rate) {
    return opened(*task.value(), {rate, 2}, R"({"latency": 2})")->timing().reach;
  };
  EXPECT_EQ(reachAt(44100), 4096U);
  // 8917 frames of the window, and those of the resampler's filter.
  EXPECT_GE(reachAt(96000), 8917U);
  EXPECT_LE(reachAt(96000), 9500U);
}

TEST(SeparationTask, OnlyLiveStreamsSkip) {
  const auto stream = opened(tinyTaskOf(false), kStereo, "{}");
  const Channels song = noiseSong(2, 10);
  EXPECT_EQ(stream->skip(viewOf({song[0].data(), song[1].data()}, 10)).code(),
            StatusCode::kUnsupported);
}

TEST(SeparationTask, IsLiveOrNot) {
  const auto task = CompiledTask::compile(tiny(), {.live = true});
  EXPECT_EQ(Separator::create(*task.value(), {}).status().code(), StatusCode::kBadOption);
  EXPECT_EQ(LiveSeparator::create(tinyTaskOf(false), {}).status().code(), StatusCode::kBadOption);
}

}  // namespace
}  // namespace divisi::test
