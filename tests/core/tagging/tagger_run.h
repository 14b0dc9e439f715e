// Runs a Tagger over whole signals, for tests: the real models, or a tiny one.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "divisi/model.h"
#include "divisi/tagger.h"
#include "golden/golden_input.h"
#include "nn/model_builder.h"

namespace divisi::test {

struct TagRow {
  std::vector<float> scores;
  std::vector<float> embedding;
  bool operator==(const TagRow&) const = default;
};

/// A tagging model with the bytes that it borrows.
struct TaggingModel {
  std::vector<std::byte> bytes;
  std::unique_ptr<Model> model;

  explicit TaggingModel(std::vector<std::byte> file) : bytes(std::move(file)) {
    auto opened = Model::open(bytes);
    EXPECT_TRUE(opened.ok()) << opened.status().message();
    if (opened.ok()) model = std::make_unique<Model>(std::move(opened.value()));
  }
};

/// "musicnn-mtt" or "musicnn-msd", as the manifest's file.
inline const Model& musicnn(const std::string& name) {
  static std::map<std::string, TaggingModel> loaded;
  const auto found = loaded.find(name);
  if (found != loaded.end()) return *found->second.model;
  const auto path = std::filesystem::path(DIVISI_MODELS_DIR) / (name + ".safetensors");
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  EXPECT_TRUE(file) << path << " is missing: run `npm run setup`";
  std::vector<std::byte> bytes(static_cast<size_t>(std::max<std::streamoff>(file.tellg(), 0)));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return *loaded.try_emplace(name, std::move(bytes)).first->second.model;
}

inline constexpr int kTinyPatch = 6;
inline constexpr int kTinyBands = 8;

/// The task of a tiny model, in the image of musicnn's.
inline nlohmann::json tinyTaggingTask() {
  return {{"version", 1},
          {"task", "tagging"},
          {"sampleRate", 16000},
          {"channels", 1},
          {"frontEnd",
           {{"type", "mel"},
            {"fftSize", 128},
            {"hop", 64},
            {"window", "hann"},
            {"center", true},
            {"padding", "zeros"},
            {"power", 2},
            {"melBands", kTinyBands},
            {"melScale", "slaney"},
            {"melNorm", "slaney"},
            {"minHz", 0},
            {"maxHz", 8000},
            {"log", {{"type", "log10"}, {"scale", 10000}, {"offset", 1}}}}},
          {"chunking", {{"frames", kTinyPatch}, {"hopFrames", kTinyPatch}}},
          {"outputs", {{"scores", "tags"}, {"embedding", "sound"}}},
          {"labels",
           {{{"name", "low"}, {"kind", "other"}},
            {{"name", "high"}, {"kind", "other"}},
            {{"name", "late"}, {"kind", "tempo"}}}}};
}

/// The embedding is the patch itself; the scores mix all of it, so that a wrong frame shows.
inline nn::test::ModelBuilder tinyTaggingModel() {
  constexpr int kInputs = kTinyPatch * kTinyBands;
  nn::test::ModelBuilder builder;
  builder.task = tinyTaggingTask();
  builder.input("mel", {kTinyPatch, kTinyBands});
  builder.node("reshape", {"mel"}, "flat", {{"shape", {kInputs}}});
  builder.tensors.push_back(
      {"kernel", {3, kInputs}, nn::test::Random(3).floats(size_t{3} * kInputs, 0.1F)});
  builder.tensors.push_back({"bias", {3}, {0.1F, 0.2F, -0.1F}});
  builder.node("dense", {"flat"}, "logits", nlohmann::json::object(),
               {{"kernel", "kernel"}, {"bias", "bias"}});
  builder.node("sigmoid", {"logits"}, "scores");
  // An output must not be an input reshaped: multiplied by one.
  builder.tensors.push_back({"ones", {kInputs}, std::vector<float>(kInputs, 1)});
  builder.tensors.push_back({"zeros", {kInputs}, std::vector<float>(kInputs, 0)});
  builder.node("affine", {"flat"}, "copy", nlohmann::json::object(),
               {{"scale", "ones"}, {"offset", "zeros"}});
  builder.output("tags", "scores");
  builder.output("sound", "copy");
  return builder;
}

inline std::unique_ptr<Tagger> makeTagger(const Model& model, const TaggerOptions& options) {
  auto tagger = Tagger::create(model, options);
  EXPECT_TRUE(tagger.ok()) << tagger.status().message();
  return tagger.ok() ? std::move(tagger.value()) : nullptr;
}

inline void pullRows(Tagger& tagger, std::vector<TagRow>& rows) {
  while (tagger.available() > 0) {
    TagRow row;
    row.scores.resize(tagger.labels().size());
    row.embedding.resize(tagger.embeddingSize());
    ASSERT_TRUE(tagger.pull(row.scores.data(), row.embedding.data()));
    rows.push_back(std::move(row));
  }
}

/// Tags a whole song, pushed in blocks of `block` frames.
inline std::vector<TagRow> tagSong(Tagger& tagger, const std::vector<std::vector<float>>& song,
                                   size_t block = 1U << 16U) {
  std::vector<TagRow> rows;
  for (size_t begin = 0; begin < song.front().size(); begin += block) {
    std::vector<const float*> pointers;
    for (const auto& channel : song) pointers.push_back(channel.data() + begin);
    const Status status = tagger.push({pointers.data(), static_cast<int>(pointers.size()),
                                       std::min(block, song.front().size() - begin)});
    EXPECT_TRUE(status.ok()) << status.message();
    pullRows(tagger, rows);
  }
  const Status status = tagger.finish();
  EXPECT_TRUE(status.ok()) << status.message();
  pullRows(tagger, rows);
  return rows;
}

/// The input of the golden vectors at 16 kHz: make_musicnn.py says how it is made.
inline std::vector<float> goldenMusicnnInput() {
  const std::vector<int16_t> clip = golden::read<int16_t>("musicnn-mel/clip-16k.i16");
  std::vector<float> samples;
  for (const float gain : {1.0F, 0.25F, 4.0F}) {
    for (const int16_t sample : clip) samples.push_back(gain * static_cast<float>(sample) / 32768);
  }
  samples.resize(100001);
  return samples;
}

}  // namespace divisi::test
