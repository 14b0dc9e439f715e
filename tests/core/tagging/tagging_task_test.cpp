// Tagging as a task: what it says of its outputs, its options, and one compilation for many songs.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "audio/signals.h"
#include "divisi/task.h"
#include "tagging/tagger_run.h"

namespace divisi::test {
namespace {

constexpr size_t kScores = 0;
constexpr size_t kEmbedding = 1;
constexpr size_t kPadded = 2;

const Model& tinyTagging() {
  static const TaggingModel model(tinyTaggingModel().bytes());
  return *model.model;
}

std::shared_ptr<CompiledTask> compiled() {
  auto task = CompiledTask::compile(tinyTagging());
  EXPECT_TRUE(task.ok()) << task.status().message();
  return task.value();
}

std::unique_ptr<TaskStream> opened(CompiledTask& task, const StreamFormat& format,
                                   const std::string& options) {
  auto stream = task.open(format, options);
  EXPECT_TRUE(stream.ok()) << stream.status().message();
  return std::move(stream.value());
}

/// All rows of an output, one after another.
std::vector<float> pullAll(TaskStream& stream, size_t output) {
  const auto width = static_cast<size_t>(stream.outputs()[output].width);
  std::vector<float> rows(stream.available(output) * width);
  float* const plane = rows.data();
  EXPECT_EQ(stream.pull(output, &plane, SIZE_MAX) * width, rows.size());
  return rows;
}

TEST(TaggingTask, SaysWhatItGives) {
  const auto task = compiled();
  EXPECT_EQ(task->name(), "tagging");
  const auto stream = opened(*task, {}, R"({"hopFrames": 2})");
  ASSERT_EQ(stream->outputs().size(), 3U);
  const Output& scores = stream->outputs()[kScores];
  EXPECT_EQ(scores.name, "scores");
  EXPECT_EQ(scores.kind, OutputKind::kRows);
  EXPECT_EQ(scores.width, 3);
  EXPECT_DOUBLE_EQ(scores.rate, 16000 / (2 * 64.0));
  EXPECT_DOUBLE_EQ(scores.itemSeconds, 6 * 64 / 16000.0);
  EXPECT_EQ(scores.labels, (std::vector<std::string>{"low", "high", "late"}));
  const Output& embedding = stream->outputs()[kEmbedding];
  EXPECT_EQ(embedding.name, "embedding");
  EXPECT_EQ(embedding.width, 48);
  EXPECT_EQ(embedding.rate, scores.rate);
  EXPECT_TRUE(embedding.labels.empty());
  const Output& padded = stream->outputs()[kPadded];
  EXPECT_EQ(padded.name, "padded");
  EXPECT_EQ(padded.width, 1);
  EXPECT_EQ(padded.rate, 0);
}

TEST(TaggingTask, StreamsShareTheNetworkInTurns) {
  const auto task = compiled();
  const std::vector<std::vector<float>> songs = {noise(9000, 1), noise(9000, 2)};
  std::vector<std::unique_ptr<TaskStream>> streams;
  for (size_t i = 0; i < songs.size(); ++i) streams.push_back(opened(*task, {16000, 1}, ""));
  for (size_t begin = 0; begin < 9000; begin += 100) {
    for (size_t i = 0; i < songs.size(); ++i) {
      const float* const samples = songs[i].data() + begin;
      ASSERT_TRUE(streams[i]->push({&samples, 1, 100}).ok());
    }
  }
  for (size_t i = 0; i < songs.size(); ++i) {
    ASSERT_TRUE(streams[i]->finish().ok());
    std::vector<float> scores;
    std::vector<float> embedding;
    auto tagger = makeTagger(tinyTagging(), {.sampleRate = 16000, .channelCount = 1});
    for (const TagRow& row : tagSong(*tagger, {songs[i]})) {
      scores.insert(scores.end(), row.scores.begin(), row.scores.end());
      embedding.insert(embedding.end(), row.embedding.begin(), row.embedding.end());
    }
    ASSERT_FALSE(scores.empty());
    EXPECT_EQ(pullAll(*streams[i], kScores), scores);
    EXPECT_EQ(pullAll(*streams[i], kEmbedding), embedding);
    EXPECT_EQ(pullAll(*streams[i], kPadded), std::vector<float>{0});
    EXPECT_EQ(streams[i]->available(kPadded), 0U);
  }
}

TEST(TaggingTask, SaysAtTheEndWhetherItWasPadded) {
  const auto task = compiled();
  const std::vector<float> song = noise(100, 1);
  const float* const samples = song.data();
  for (const size_t frames : {size_t{100}, size_t{0}}) {
    const auto stream = opened(*task, {16000, 1}, "{}");
    ASSERT_TRUE(stream->push({&samples, 1, frames}).ok());
    EXPECT_EQ(stream->available(kPadded), 0U);
    ASSERT_TRUE(stream->finish().ok());
    EXPECT_EQ(pullAll(*stream, kPadded), std::vector<float>{frames > 0 ? 1.0F : 0.0F});
    EXPECT_EQ(stream->available(kScores), frames > 0 ? 1U : 0U);
  }
}

TEST(TaggingTask, LatencyIsWhatItTakes) {
  const auto task = compiled();
  const std::vector<float> song = noise(20000, 1);
  for (const int rate : {16000, 44100, 8000, 48000}) {
    const auto stream = opened(*task, {rate, 1}, R"({"hopFrames": 2})");
    const auto latency = static_cast<size_t>(stream->timing().latency);
    const float* samples = song.data();
    ASSERT_TRUE(stream->push({&samples, 1, latency - 1}).ok());
    EXPECT_EQ(stream->available(kScores), 0U) << rate;
    samples += latency - 1;
    ASSERT_TRUE(stream->push({&samples, 1, 1}).ok());
    EXPECT_EQ(stream->available(kScores), 1U) << rate;
    EXPECT_EQ(stream->timing().runInterval,
              static_cast<uint64_t>(std::ceil(2 * 64 * rate / 16000.0)));
  }
}

TEST(TaggingTask, BadOptionsAreNamed) {
  const auto task = compiled();
  const auto expectRefused = [&](const std::string& options, const std::string& words) {
    const auto stream = task->open({}, options);
    ASSERT_FALSE(stream.ok()) << options;
    EXPECT_EQ(stream.status().code(), StatusCode::kBadOption) << options;
    EXPECT_NE(stream.status().message().find(words), std::string::npos)
        << stream.status().message();
  };
  expectRefused(R"({"hopFrames": 7})", "hopFrames must be an integer from 0 to 6, got 7");
  expectRefused(R"({"hopFrames": "6"})", "got '6'");
  expectRefused(R"({"hopFrame": 6})", "there is no 'hopFrame'; known: hopFrames");
  expectRefused("[]", "options: expected a JSON object");
  expectRefused("{", "options: not valid JSON");
  EXPECT_EQ(task->open({.sampleRate = 1}, "{}").status().code(), StatusCode::kBadAudio);
}

TEST(TaggingTask, HasNoLiveFormAndNoChunks) {
  const auto live = CompiledTask::compile(tinyTagging(), {.live = true});
  EXPECT_EQ(live.status().code(), StatusCode::kUnsupported);
  const auto task = compiled();
  EXPECT_EQ(task->chunks({}, "{}", 100).status().code(), StatusCode::kUnsupported);
  const auto stream = opened(*task, {16000, 1}, "{}");
  const float sample = 0;
  const float* const samples = &sample;
  EXPECT_EQ(stream->skip({&samples, 1, 1}).code(), StatusCode::kUnsupported);
  Event event;
  EXPECT_EQ(stream->pullEvents(kScores, {&event, 1}), 0U);
}

TEST(TaskTable, WhatItDoesNotKnowIsNamed) {
  auto builder = tinyTaggingModel();
  builder.task["task"] = "transcription";
  const TaggingModel model(builder.bytes());
  const auto task = CompiledTask::compile(*model.model);
  EXPECT_EQ(task.status().code(), StatusCode::kUnsupported);
  EXPECT_NE(task.status().message().find("'transcription'; this build knows "), std::string::npos)
      << task.status().message();
  // One that needs a model is none of those that need none.
  EXPECT_EQ(CompiledTask::withoutModel("tagging").status().code(), StatusCode::kUnsupported);
}

}  // namespace
}  // namespace divisi::test
