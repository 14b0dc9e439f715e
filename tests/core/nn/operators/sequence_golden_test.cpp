// Convolutions with groups, matmul, attention, lstm and gru against onnxruntime
// (tests/golden/make_sequence_operators.py made the vectors).
// Metric: largest absolute error / peak of the result; limit 1e-5: two float32 implementations
// agree to about 1e-6, a gate or a tap in the wrong place is 1e-1.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "golden/golden_input.h"
#include "nn/run.h"

namespace divisi::nn::test {
namespace {

TEST(NnSequenceGolden, EveryCase) {
  const auto vectors = golden::read<float>("sequence-operators/vectors.f32");
  const auto text = golden::read<char>("sequence-operators/index.json");
  const json index = json::parse(text.begin(), text.end());
  const auto valuesOf = [&](const json& stored) {
    const auto offset = stored["offset"].get<std::ptrdiff_t>();
    const auto count = elements(stored["shape"].get<std::vector<int64_t>>());
    EXPECT_LE(static_cast<size_t>(offset) + count, vectors.size());
    return std::vector<float>(vectors.begin() + offset,
                              vectors.begin() + offset + static_cast<std::ptrdiff_t>(count));
  };
  ASSERT_GE(index["cases"].size(), 17U);
  for (const json& one : index["cases"]) {
    const std::string op = one["op"];
    SCOPED_TRACE(op + one["attributes"].dump());
    ModelBuilder model;
    std::vector<std::string> names;
    for (const json& input : one["inputs"]) {
      names.push_back("input" + std::to_string(names.size()));
      model.input(names.back(), input["shape"].get<std::vector<int64_t>>());
    }
    json weights = json::object();
    for (const auto& [role, stored] : one["weights"].items()) {
      model.tensor(role, stored["shape"].get<std::vector<int64_t>>(), valuesOf(stored));
      weights[role] = role;
    }
    model.node(op, names, "y", one["attributes"], weights).output("y", "y");
    auto runner = Runner::compile(model.bytes());
    ASSERT_TRUE(runner.ok()) << runner.status().message();
    for (size_t i = 0; i < names.size(); ++i) {
      std::ranges::copy(valuesOf(one["inputs"][i]), runner.value().inputs[i].data());
    }
    ASSERT_TRUE(runner.value().run().ok());
    const auto want = valuesOf(one["output"]);
    ASSERT_EQ(runner.value().network->outputs()[0].shape,
              one["output"]["shape"].get<std::vector<int64_t>>());
    EXPECT_LE(peakError(runner.value().outputs[0].span(), {want.begin(), want.end()}), kFloatLimit);
  }
}

}  // namespace
}  // namespace divisi::nn::test
