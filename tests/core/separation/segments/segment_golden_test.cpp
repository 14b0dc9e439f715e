// Small separators that hear segments against an independent implementation
// (tests/golden/make_segments.py, numpy in float64): HTDemucs' hybrid, MDX-Net, Open-Unmix.
// Metric: SNR of each stem over the whole song; limit 100 dB: float32 arithmetic leaves more than
// 120 dB, and a window, weight or place that is one sample off costs 60 dB and more.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "audio/signals.h"
#include "separation/separator_run.h"

namespace divisi::test {
namespace {

constexpr double kLimitDb = 100;

std::filesystem::path folder() { return std::filesystem::path(DIVISI_GOLDEN_DIR) / "segments"; }

std::vector<std::byte> readBytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  EXPECT_TRUE(file) << path;
  std::vector<std::byte> bytes(static_cast<size_t>(std::max<std::streamoff>(file.tellg(), 0)));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

/// [frame][channel], little-endian float32.
Channels readStereo(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = readBytes(path);
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  Channels channels(2);
  for (size_t i = 0; i < values.size(); ++i) channels[i % 2].push_back(values[i]);
  return channels;
}

class SegmentGolden : public testing::TestWithParam<std::string> {};

TEST_P(SegmentGolden, ReferenceModeIsTheOriginals) {
  const LoadedModel model = loadModel(readBytes(folder() / GetParam() / "model.safetensors"));
  ASSERT_NE(model.model, nullptr);
  const Channels song = readStereo(folder() / "song.f32");
  const Stems stems = separate(*model.model, {.mode = SeparationMode::kReference}, song);
  ASSERT_FALSE(stems.empty());
  for (const auto& [name, channels] : stems) {
    const Channels want = readStereo(folder() / GetParam() / (name + ".f32"));
    for (size_t c = 0; c < 2; ++c) {
      ASSERT_EQ(channels[c].size(), want[c].size());
      EXPECT_GE(snrDb(want[c], channels[c]), kLimitDb) << name << ", channel " << c;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, SegmentGolden,
                         testing::Values("hybrid", "complex-in-complex-out", "magnitudes"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace divisi::test
