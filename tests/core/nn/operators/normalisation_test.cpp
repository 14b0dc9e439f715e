// Normalisations along axes, against the double-precision reference.
#include <gtest/gtest.h>

#include <cmath>

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
  const auto expectFault = [](const ModelBuilder& model, const std::string& words) {
    const auto bytes = model.bytes();
    const auto opened = Model::open(bytes);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.status().code(), StatusCode::kBadModel);
    EXPECT_NE(opened.status().message().find(words), std::string::npos)
        << opened.status().message();
  };
  ModelBuilder model = layerNorm({2, 3, 4}, 1, json::object(), 1);
  model.graph["nodes"][0]["attributes"]["axis"] = 2;
  expectFault(model, "the weight 's' has the shape [3, 4], expected [4]");
  model.graph["nodes"][0]["attributes"]["axis"] = 3;
  expectFault(model, "'axis' 3 is not an axis of the input [2, 3, 4]");
  expectFault(layerNorm({4}, 0, {{"epsilon", 0}}, 1), "'epsilon' must be above 0, got 0");
  expectFault(layerNorm({4}, 0, {{"epsilon", "small"}}, 1), "'epsilon' must be a finite number");
}

}  // namespace
}  // namespace divisi::nn::test
