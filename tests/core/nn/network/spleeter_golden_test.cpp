// The real Spleeter networks against TensorFlow running the original checkpoint
// (tests/golden/README.md says how the vectors were made and why the limit is what it is).
// Metric: largest error / peak of the estimate; limit 1e-4: float32 noise of two implementations is
// about 1e-6, a wrong constant 1e-2.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/float_buffer.h"
#include "divisi/model.h"
#include "golden/golden_input.h"
#include "nn/network/network.h"

namespace divisi::nn::test {
namespace {

constexpr double kLimit = 1e-4;

std::vector<std::byte> readModel(const std::string& name) {
  std::ifstream file(std::filesystem::path(DIVISI_MODELS_DIR) / name,
                     std::ios::binary | std::ios::ate);
  if (!file) return {};
  std::vector<std::byte> bytes(static_cast<size_t>(file.tellg()));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

struct Size {
  int frames;
  int bins;
};

class NnSpleeterGolden : public testing::TestWithParam<Size> {
 protected:
  // Largest error against the golden vectors, as a part of the estimate's peak in them.
  static double worst(const std::vector<float>& golden, const auto& got, double peak) {
    double error = 0;
    for (size_t i = 0; i < golden.size(); ++i) {
      const double difference = std::abs(static_cast<double>(got(i)) - golden[i]);
      error = std::isnan(difference) ? INFINITY : std::max(error, difference);
    }
    return error / peak;
  }

  // The peak of the whole estimate as TensorFlow computed it; 0 when the index has no such network.
  static double peakOf(const nlohmann::json& index, int frames, int bins, const std::string& stem) {
    for (const auto& network : index["network"]) {
      if (network["frames"] == frames && network["bins"] == bins) {
        return network["stems"][stem]["peak"];
      }
    }
    return 0;
  }
};

TEST_P(NnSpleeterGolden, EstimatesAgreeWithTensorFlow) {
  const auto bytes = readModel("spleeter-2stems-f32.safetensors");
  ASSERT_FALSE(bytes.empty()) << "the f32 model is not built: npm run setup";
  auto model = Model::open(bytes);
  ASSERT_TRUE(model.ok()) << model.status().message();

  const auto [frames, bins] = GetParam();
  const std::string folder =
      "spleeter-2stems/network-" + std::to_string(frames) + "x" + std::to_string(bins) + "/";
  const auto positions = golden::read<int32_t>(folder + "positions.i32");
  ASSERT_FALSE(positions.empty());
  const auto indexText = golden::read<char>("spleeter-2stems/index.json");
  const auto index = nlohmann::json::parse(indexText.begin(), indexText.end());

  auto network = Network::compile(model.value(), {.inputShapes = {{frames, bins, 2}}});
  ASSERT_TRUE(network.ok()) << network.status().message();
  const auto magnitudes = golden::makeMagnitudes(frames, bins);
  FloatBuffer input(magnitudes.size());
  std::copy(magnitudes.begin(), magnitudes.end(), input.data());
  const auto& ports = network.value()->outputs();
  ASSERT_EQ(ports.size(), 2U);
  FloatBuffer first(ports[0].elementCount());
  FloatBuffer second(ports[1].elementCount());
  const float* in = input.data();
  float* const out[] = {first.data(), second.data()};
  ASSERT_TRUE(network.value()->run({&in, 1}, out).ok());

  for (size_t stem = 0; stem < 2; ++stem) {
    const std::string& name = ports[stem].name;
    const float* estimate = out[stem];
    SCOPED_TRACE(name);
    const auto golden = golden::read<float>(folder + name + ".f32");
    ASSERT_EQ(golden.size(), positions.size());
    const double peak = peakOf(index, frames, bins, name);
    ASSERT_GT(peak, 0);
    EXPECT_LE(worst(golden, [&](size_t i) { return estimate[positions[i]]; }, peak), kLimit);

    const size_t rowLength = static_cast<size_t>(bins) * 2;
    // Means over every element, so that a fault anywhere shows.
    const auto rows = golden::read<float>(folder + name + "-row-means.f32");
    ASSERT_EQ(rows.size(), static_cast<size_t>(frames));
    const auto rowMean = [&](size_t t) {
      double sum = 0;
      for (size_t i = 0; i < rowLength; ++i) sum += estimate[t * rowLength + i];
      return sum / (bins * 2);
    };
    double rowPeak = 0;
    for (const float value : rows) rowPeak = std::max<double>(rowPeak, std::abs(value));
    EXPECT_LE(worst(rows, rowMean, rowPeak), kLimit);
    const auto columns = golden::read<float>(folder + name + "-column-means.f32");
    ASSERT_EQ(columns.size(), static_cast<size_t>(bins));
    const auto columnMean = [&](size_t f) {
      double sum = 0;
      for (int t = 0; t < frames; ++t) {
        const float* at = estimate + (static_cast<size_t>(t) * static_cast<size_t>(bins) + f) * 2;
        sum += at[0];
        sum += at[1];
      }
      return sum / (frames * 2);
    };
    double columnPeak = 0;
    for (const float value : columns) columnPeak = std::max<double>(columnPeak, std::abs(value));
    EXPECT_LE(worst(columns, columnMean, columnPeak), kLimit);
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, NnSpleeterGolden,
                         testing::Values(Size{64, 64}, Size{128, 1024}, Size{512, 1024}),
                         [](const auto& info) {
                           return std::to_string(info.param.frames) + "x" +
                                  std::to_string(info.param.bins);
                         });

}  // namespace
}  // namespace divisi::nn::test
