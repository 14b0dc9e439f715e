// Normalisations along axes, against the double-precision reference.
#include <gtest/gtest.h>

#include <cmath>

#include "nn/operators/faults.h"
#include "nn/run.h"

namespace divisi::nn::test {
namespace {

using Dims = std::vector<int64_t>;

// Kernels of our own with sums in double: float32's rounding of few operations, of the peak.
constexpr double kLimit = 1e-6;

Dims randomShape(Random& random, int64_t longest) {
  Dims shape;
  for (int64_t axis = random.between(1, 5); axis > 0; --axis) {
    shape.push_back(random.between(1, longest));
  }
  return shape;
}

int64_t randomAxis(Random& random, const Dims& shape) {
  const auto rank = static_cast<int64_t>(shape.size());
  return random.between(-rank, rank - 1);
}

TEST(NnNormalisation, SoftmaxOfRandomShapes) {
  Random random(31);
  for (uint32_t i = 0; i < 200; ++i) {
    const Dims shape = randomShape(random, 8);
    const json attributes = {{"axis", randomAxis(random, shape)}};
    SCOPED_TRACE(testing::PrintToString(shape) + attributes.dump());
    ModelBuilder model;
    model.input("x", shape).node("softmax", {"x"}, "y", attributes).output("y", "y");
    expectAgreement(model, i, kLimit);
  }
}

TEST(NnNormalisation, SoftmaxBetweenOtherOperators) {
  // What XNNPACK runs before and behind it, and a value that both read.
  ModelBuilder model;
  model.input("x", {5, 6, 7})
      .node("relu", {"x"}, "r")
      .node("reshape", {"r"}, "flat", {{"shape", {30, 7}}})
      .node("softmax", {"flat"}, "s")
      .node("reshape", {"s"}, "image", {{"shape", {5, 6, 7}}})
      .node("multiply", {"image", "r"}, "y")
      .output("y", "y")
      .output("s", "s");
  expectAgreement(model, 1, kLimit);
}

TEST(NnNormalisation, SoftmaxOfLargeArguments) {
  auto runner = Runner::compile(
      ModelBuilder().input("x", {3, 40}).node("softmax", {"x"}, "y").output("y", "y").bytes());
  ASSERT_TRUE(runner.ok()) << runner.status().message();
  float* x = runner.value().inputs[0].data();
  for (size_t i = 0; i < 40; ++i) {
    x[i] = 1e30F;                                   // exp() of it is none
    x[40 + i] = i == 7 ? 3e38F : -3e38F;            // one that takes all
    x[80 + i] = -5000 + static_cast<float>(i) / 4;  // nor is this one's
  }
  ASSERT_TRUE(runner.value().run().ok());
  const float* y = runner.value().outputs[0].data();
  double sum = 0;
  for (size_t i = 0; i < 40; ++i) sum += std::exp(static_cast<double>(i) / 4);
  for (size_t i = 0; i < 40; ++i) {
    EXPECT_NEAR(y[i], 1.0 / 40, kLimit);
    EXPECT_NEAR(y[40 + i], i == 7 ? 1 : 0, kLimit);
    EXPECT_NEAR(y[80 + i], std::exp(static_cast<double>(i) / 4) / sum, kLimit);
  }
}

TEST(NnNormalisation, SoftmaxNeedsAnAxisThatIsThere) {
  const auto bytes = ModelBuilder()
                         .input("x", {3, 4})
                         .node("softmax", {"x"}, "y", {{"axis", 2}})
                         .output("y", "y")
                         .bytes();
  const auto model = Model::open(bytes);
  ASSERT_FALSE(model.ok());
  EXPECT_NE(model.status().message().find("'axis' 2 is not an axis of the input [3, 4]"),
            std::string::npos)
      << model.status().message();
}

ModelBuilder layerNorm(const Dims& shape, int64_t axis, json attributes, uint32_t seed) {
  const auto rank = static_cast<int64_t>(shape.size());
  const Dims trailing(shape.begin() + (axis + rank) % rank, shape.end());
  Random random(seed);
  attributes["axis"] = axis;
  ModelBuilder model;
  return model.input("x", shape)
      .tensor("s", trailing, random.floats(elements(trailing)))
      .tensor("o", trailing, random.floats(elements(trailing)))
      .node("layer_norm", {"x"}, "y", attributes, {{"scale", "s"}, {"offset", "o"}})
      .output("y", "y");
}

TEST(NnNormalisation, LayerNormOfRandomShapes) {
  Random random(32);
  for (uint32_t i = 0; i < 200; ++i) {
    const Dims shape = randomShape(random, 8);
    const int64_t axis = randomAxis(random, shape);
    const json attributes = i % 2 == 0 ? json::object() : json{{"epsilon", 0.01}};
    SCOPED_TRACE(testing::PrintToString(shape) + std::to_string(axis) + attributes.dump());
    expectAgreement(layerNorm(shape, axis, attributes, i), i, kLimit);
  }
}

TEST(NnNormalisation, LayerNormKeepsWhatIsSmallBesideTheMean) {
  // Values around 4096 that differ by thousandths: squares of them have no digits left for that.
  constexpr size_t kLength = 768;
  const ModelBuilder model = layerNorm({2, kLength}, -1, {{"epsilon", 1e-9}}, 1);
  auto runner = Runner::compile(model.bytes());
  ASSERT_TRUE(runner.ok()) << runner.status().message();
  RefTensor x({2, kLength});
  Random random(5);
  const auto noise = random.floats(2 * kLength, 0.01F);
  for (size_t i = 0; i < noise.size(); ++i) {
    runner.value().inputs[0].data()[i] = 4096 + noise[i];
    x.values[i] = static_cast<double>(runner.value().inputs[0].data()[i]);
  }
  ASSERT_TRUE(runner.value().run().ok());
  const auto expected = Reference(model).run({{"x", x}});
  EXPECT_LE(peakError(runner.value().outputs[0].span(), expected.at("y").values), kLimit);
}

TEST(NnNormalisation, LayerNormChecksItsWeightsAndEpsilon) {
  ModelBuilder model = layerNorm({2, 3, 4}, 1, json::object(), 1);
  model.graph["nodes"][0]["attributes"]["axis"] = 2;
  expectFault(model, "the weight 's' has the shape [3, 4], expected [4]");
  model.graph["nodes"][0]["attributes"]["axis"] = 3;
  expectFault(model, "'axis' 3 is not an axis of the input [2, 3, 4]");
  expectFault(layerNorm({4}, 0, {{"epsilon", 0}}, 1), "'epsilon' must be above 0, got 0");
  expectFault(layerNorm({4}, 0, {{"epsilon", "small"}}, 1), "'epsilon' must be a finite number");
}

ModelBuilder groupNorm(const Dims& shape, json attributes) {
  Random random(6);
  ModelBuilder model;
  return model.input("x", shape)
      .tensor("s", {shape.back()}, random.floats(static_cast<size_t>(shape.back())))
      .tensor("o", {shape.back()}, random.floats(static_cast<size_t>(shape.back())))
      .node("group_norm", {"x"}, "y", std::move(attributes), {{"scale", "s"}, {"offset", "o"}})
      .output("y", "y");
}

// golden_operators_test.cpp has group_norm on random shapes; these are a network's, and values
// whose squares have no digits left for what is small beside the mean.
TEST(NnNormalisation, GroupNormKeepsWhatIsSmallBesideTheMean) {
  for (const int64_t groups : {1, 2, 6}) {
    for (const int64_t channels : {6, 48, 768}) {
      SCOPED_TRACE(testing::Message() << groups << " groups of " << channels << " channels");
      const Dims shape = {3, 101, channels};
      auto runner = Runner::compile(
          groupNorm(shape, {{"axis", 1}, {"groups", groups}, {"epsilon", 1e-9}}).bytes());
      ASSERT_TRUE(runner.ok()) << runner.status().message();
      Random random(7);
      std::vector<double> want(elements(shape));
      const auto noise = random.floats(want.size(), 0.01F);
      float* x = runner.value().inputs[0].data();
      for (size_t i = 0; i < want.size(); ++i) x[i] = 4096 + noise[i];
      ASSERT_TRUE(runner.value().run().ok());
      Random weights(6);
      const auto scale = weights.floats(static_cast<size_t>(channels));
      const auto offset = weights.floats(static_cast<size_t>(channels));
      const size_t width = static_cast<size_t>(channels / groups);
      for (size_t block = 0; block < 3; ++block) {
        for (size_t group = 0; group < static_cast<size_t>(groups); ++group) {
          std::vector<size_t> places;
          for (size_t row = 0; row < 101; ++row) {
            for (size_t c = 0; c < width; ++c) {
              places.push_back((block * 101 + row) * static_cast<size_t>(channels) + group * width +
                               c);
            }
          }
          const auto count = static_cast<double>(places.size());
          double mean = 0;
          for (const size_t i : places) mean += static_cast<double>(x[i]) / count;
          double variance = 0;
          for (const size_t i : places) variance += std::pow(x[i] - mean, 2) / count;
          for (const size_t i : places) {
            const size_t c = i % static_cast<size_t>(channels);
            want[i] = (x[i] - mean) / std::sqrt(variance + 1e-9) * scale[c] + offset[c];
          }
        }
      }
      EXPECT_LE(peakError(runner.value().outputs[0].span(), want), kLimit);
    }
  }
}

TEST(NnNormalisation, GroupNormChecksItsGroupsAndWeights) {
  expectFault(groupNorm({2, 3, 4}, {{"groups", 3}}),
              "3 'groups' do not divide the channels of the input [2, 3, 4]");
  expectFault(groupNorm({2, 3, 4}, {{"groups", 0}}), "'groups' must be an integer from 1");
  expectFault(groupNorm({2, 3, 4}, {{"axis", 3}}), "'axis' 3 is not an axis");
  expectFault(groupNorm({2, 3, 4}, {{"epsilon", 0}}), "'epsilon' must be above 0, got 0");
  ModelBuilder model = groupNorm({2, 3, 4}, {});
  model.tensors[1].shape = {2, 2};
  expectFault(model, "the weight 'o' has the shape [2, 2], expected [4]");
}

}  // namespace
}  // namespace divisi::nn::test
