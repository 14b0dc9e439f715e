// Runs a Separator over whole signals, for tests: the real model, or a tiny one in its image.
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
#include "divisi/separator.h"
#include "nn/model_builder.h"

namespace divisi::test {

using Channels = std::vector<std::vector<float>>;
using Stems = std::map<std::string, Channels>;

/// A model with the bytes that it borrows.
struct LoadedModel {
  std::vector<std::byte> bytes;
  std::unique_ptr<Model> model;
};

inline LoadedModel loadModel(std::vector<std::byte> bytes) {
  LoadedModel loaded{std::move(bytes), nullptr};
  auto model = Model::open(loaded.bytes);
  EXPECT_TRUE(model.ok()) << model.status().message();
  if (model.ok()) loaded.model = std::make_unique<Model>(std::move(model.value()));
  return loaded;
}

/// The real networks with float32 weights.
inline const Model& spleeter() {
  static const LoadedModel loaded = [] {
    const auto path = std::filesystem::path(DIVISI_MODELS_DIR) / "spleeter-2stems-f32.safetensors";
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    EXPECT_TRUE(file) << path << " is missing: run `npm run setup`";
    std::vector<std::byte> bytes(static_cast<size_t>(std::max<std::streamoff>(file.tellg(), 0)));
    file.seekg(0);
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return loadModel(std::move(bytes));
  }();
  return *loaded.model;
}

/// Sizes of the tiny model: chunks of 16 frames of 256 samples, 64 apart.
inline constexpr int kTinyHop = 64;
inline constexpr int kTinyChunk = 16;
inline constexpr int kTinyBins = 96;

/// The task of a tiny model, in the image of Spleeter's.
inline nlohmann::json tinyTask() {
  return {{"version", 1},
          {"task", "separation"},
          {"sampleRate", 44100},
          {"channels", 2},
          {"frontEnd",
           {{"type", "stft"},
            {"fftSize", 4 * kTinyHop},
            {"hop", kTinyHop},
            {"window", "hann"},
            {"bins", kTinyBins},
            {"value", "magnitude"}}},
          {"chunking", {{"frames", kTinyChunk}, {"multipleOf", 2}}},
          {"stems", {"voice", "band"}},
          {"backEnd",
           {{"type", "ratio-mask"}, {"exponent", 2}, {"epsilon", 1e-10}, {"remainder", "band"}}},
          {"level", {{"rmsDb", -12}}}};
}

/// Real convolutions, but few: a mask that depends on the neighbours in time and frequency, on both
/// channels and, through the zero padding, on the place in the chunk, as a large network's does.
inline nn::test::ModelBuilder tinyModel() {
  nn::test::ModelBuilder builder;
  builder.task = tinyTask();
  builder.input("mix", {kTinyChunk, kTinyBins, 2});
  const std::vector<float> kernels[] = {
      {0.9F, 0.2F, 0.5F, 0.1F, 0.3F, 0.2F, 0.1F, 0.4F, 0.2F, 0.1F, 0.2F, 0.3F,
       0.2F, 0.1F, 0.3F, 0.8F, 0.2F, 0.1F, 0.1F, 0.2F, 0.1F, 0.3F, 0.2F, 0.5F,
       0.1F, 0.2F, 0.3F, 0.4F, 0.1F, 0.9F, 0.3F, 0.1F, 0.2F, 0.1F, 0.3F, 0.1F},
      {}};
  for (const std::string stem : {"voice", "band"}) {
    std::vector<float> kernel = kernels[0];
    if (stem == "band") std::reverse(kernel.begin(), kernel.end());
    builder.tensors.push_back({stem + "/kernel", {2, 3, 3, 2}, kernel});
    builder.tensors.push_back({stem + "/bias", {2}, {0.01F, 0.02F}});
    builder.node("conv2d", {"mix"}, stem + "/estimate",
                 {{"padding", {1, 1, 1, 1}}, {"activation", "relu"}},
                 {{"kernel", stem + "/kernel"}, {"bias", stem + "/bias"}});
    builder.output(stem, stem + "/estimate");
  }
  return builder;
}

inline const Model& tiny() {
  static const LoadedModel loaded = loadModel(tinyModel().bytes());
  return *loaded.model;
}

inline std::unique_ptr<Separator> makeSeparator(const Model& model,
                                                const SeparatorOptions& options) {
  auto separator = Separator::create(model, options);
  EXPECT_TRUE(separator.ok()) << separator.status().message();
  return separator.ok() ? std::move(separator.value()) : nullptr;
}

inline AudioView viewOf(const std::vector<const float*>& pointers, size_t frames) {
  return {pointers.data(), static_cast<int>(pointers.size()), frames};
}

/// Pulls what is ready and appends it to `stems`.
inline void pullInto(Separator& separator, Stems& stems, size_t channelCount,
                     size_t most = SIZE_MAX) {
  while (const size_t frames = std::min(separator.available(), most)) {
    std::vector<std::vector<float*>> pointers;
    std::vector<float* const*> out;
    for (const std::string& name : separator.stems()) {
      Channels& channels = stems[name];
      channels.resize(channelCount);
      pointers.emplace_back();
      for (auto& channel : channels) {
        channel.resize(channel.size() + frames);
        pointers.back().push_back(channel.data() + channel.size() - frames);
      }
    }
    for (const auto& stem : pointers) out.push_back(stem.data());
    ASSERT_EQ(separator.pull(out.data(), frames), frames);
  }
}

/// Separates a whole song, pushed in blocks of `block` frames.
inline Stems separate(Separator& separator, const Channels& song, size_t block = 1U << 16U) {
  Stems stems;
  for (const std::string& name : separator.stems()) stems[name].resize(song.size());
  const size_t length = song.empty() ? 0 : song.front().size();
  for (size_t begin = 0; begin < length; begin += block) {
    const size_t frames = std::min(block, length - begin);
    std::vector<const float*> pointers;
    for (const auto& channel : song) pointers.push_back(channel.data() + begin);
    const Status status = separator.push(viewOf(pointers, frames));
    EXPECT_TRUE(status.ok()) << status.message();
    pullInto(separator, stems, song.size());
  }
  const Status status = separator.finish();
  EXPECT_TRUE(status.ok()) << status.message();
  pullInto(separator, stems, song.size());
  return stems;
}

inline Stems separate(const Model& model, SeparatorOptions options, const Channels& song) {
  options.channelCount = static_cast<int>(song.size());
  const std::unique_ptr<Separator> separator = makeSeparator(model, options);
  return separator == nullptr ? Stems() : separate(*separator, song);
}

}  // namespace divisi::test
