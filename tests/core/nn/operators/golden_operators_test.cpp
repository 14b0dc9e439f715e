// Operators of one node against what ONNX Runtime computes for them, on random shapes
// (tests/golden/make_operators.py).
// Metric: largest absolute error / peak of the reference, 2e-6: both compute in float32, which
// knows one result to 1e-7 and what comes of a few operations to some of that.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "golden/golden_input.h"
#include "nn/run.h"

namespace divisi::nn::test {
namespace {

constexpr double kLimit = 2e-6;

// values() of make_operators.py, bit by bit.
std::vector<float> valuesOf(const json& entry) {
  std::vector<float> result(elements(entry["shape"].get<std::vector<int64_t>>()));
  const std::string domain = entry["domain"];
  auto state = entry["seed"].get<uint32_t>();
  for (float& value : result) {
    state = state * 1664525U + 1013904223U;
    value = (static_cast<float>(state >> 16U) - 32768) / 8192;
    if (domain == "positive") value = std::abs(value) + 0.125F;
    if (domain.starts_with("below ")) {
      value = std::floor((value + 4) / 8 * std::stof(domain.substr(6)));
    }
  }
  return result;
}

struct Golden {
  json cases;
  std::vector<float> results;

  static Golden read() {
    return {json::parse(golden::read<char>("operators/cases.json"))["cases"],
            golden::read<float>("operators/results.f32")};
  }
};

void expectGolden(const json& entry, std::span<const float> want, double limit = kLimit) {
  ModelBuilder model;
  std::vector<std::string> names;
  for (const json& input : entry["inputs"]) {
    names.push_back("x" + std::to_string(names.size()));
    model.input(names.back(), input["shape"]);
  }
  // A graph has an input, and a constant none.
  if (names.empty()) model.input("unused", {1});
  json weights = json::object();
  for (const auto& [role, weight] : entry["weights"].items()) {
    model.tensor("w/" + role, weight["shape"], valuesOf(weight));
    weights[role] = "w/" + role;
  }
  model.node(entry["op"], names, "y", entry["attributes"], weights).output("y", "y");
  auto runner = Runner::compile(model.bytes());
  ASSERT_TRUE(runner.ok()) << runner.status().message();
  for (size_t i = 0; i < names.size(); ++i) {
    const auto values = valuesOf(entry["inputs"][i]);
    std::copy(values.begin(), values.end(), runner.value().inputs[i].data());
  }
  const Status status = runner.value().run();
  ASSERT_TRUE(status.ok()) << status.message();
  ASSERT_EQ(runner.value().network->outputs()[0].shape, entry["shape"].get<std::vector<int64_t>>());
  EXPECT_LE(peakError(runner.value().outputs[0].span(), {want.begin(), want.end()}), limit);
}

TEST(NnGoldenOperators, AgreeWithOnnxRuntime) {
  const Golden golden = Golden::read();
  ASSERT_GT(golden.cases.size(), 500U);
  size_t at = 0;
  for (const json& entry : golden.cases) {
    SCOPED_TRACE(entry.dump());
    const size_t count = elements(entry["shape"].get<std::vector<int64_t>>());
    ASSERT_LE(at + count, golden.results.size());
    expectGolden(entry, std::span(golden.results).subspan(at, count));
    at += count;
  }
  EXPECT_EQ(at, golden.results.size());
}

}  // namespace
}  // namespace divisi::nn::test
