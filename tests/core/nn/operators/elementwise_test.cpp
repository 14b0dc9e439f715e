// Functions of each element: what they are far out, and what they refuse. golden_operators_test.cpp
// has them on random shapes.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "nn/operators/faults.h"
#include "nn/run.h"

namespace divisi::nn::test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// The function of each of the arguments.
std::vector<float> valuesOf(const std::string& op, const std::vector<float>& x) {
  const auto bytes = ModelBuilder()
                         .input("x", {static_cast<int64_t>(x.size())})
                         .node(op, {"x"}, "y")
                         .output("y", "y")
                         .bytes();
  auto runner = Runner::compile(bytes);
  EXPECT_TRUE(runner.ok()) << runner.status().message();
  if (!runner.ok()) return {};
  std::copy(x.begin(), x.end(), runner.value().inputs[0].data());
  EXPECT_TRUE(runner.value().run().ok());
  const auto y = runner.value().outputs[0].span();
  return {y.begin(), y.end()};
}

// Relative to each result by itself, and nothing less than the smallest normal number.
void expectClose(const std::string& op, double (*function)(double), const std::vector<float>& x,
                 double limit) {
  const auto y = valuesOf(op, x);
  ASSERT_EQ(y.size(), x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    const double want = function(static_cast<double>(x[i]));
    EXPECT_NEAR(y[i], want, limit * std::abs(want) + std::numeric_limits<float>::min())
        << op << " of " << x[i];
  }
}

std::vector<float> between(float low, float high) {
  std::vector<float> x;
  for (int i = 0; i <= 4001; ++i) x.push_back(low + (high - low) * static_cast<float>(i) / 4001);
  return x;
}

// The limits are a few units in the last place of float32, 6e-8.
TEST(NnElementwise, FunctionsKeepTheirDigits) {
  using Function = double (*)(double);
  expectClose("exp", static_cast<Function>(std::exp), between(-87, 88.7F), 6e-7);
  expectClose("tanh", static_cast<Function>(std::tanh), between(-10, 10), 3e-7);
  expectClose("tanh", static_cast<Function>(std::tanh), between(-1e-3F, 1e-3F), 3e-7);
  expectClose("log", static_cast<Function>(std::log), between(1e-3F, 3), 3e-7);
  expectClose("log", static_cast<Function>(std::log), between(1, 1e30F), 3e-7);
  expectClose("log", static_cast<Function>(std::log), {1e-45F, 1e-40F, 1e-38F, 3e38F}, 3e-7);
  expectClose("sqrt", static_cast<Function>(std::sqrt), between(0, 1e6F), 1e-7);
  expectClose("silu", [](double x) { return x / (1 + std::exp(-x)); }, between(-80, 80), 2e-6);
}

TEST(NnElementwise, SineAndCosineOfManyTurns) {
  for (const float far : {4.0F, 1e3F, 1e6F}) {
    const auto x = between(-far, far);
    const auto sine = valuesOf("sin", x);
    const auto cosine = valuesOf("cos", x);
    for (size_t i = 0; i < x.size(); ++i) {
      // Three units in the last place of 1.
      EXPECT_NEAR(sine[i], std::sin(static_cast<double>(x[i])), 2e-7) << x[i];
      EXPECT_NEAR(cosine[i], std::cos(static_cast<double>(x[i])), 2e-7) << x[i];
    }
  }
  for (const float y : valuesOf("sin", {1e10F, -1e20F, 3e38F})) EXPECT_LE(std::abs(y), 1);
}

TEST(NnElementwise, FunctionsFarOut) {
  EXPECT_EQ(valuesOf("exp", {89, 1e30F, kInfinity, -104, -1e30F, -kInfinity}),
            (std::vector<float>{kInfinity, kInfinity, kInfinity, 0, 0, 0}));
  EXPECT_EQ(valuesOf("tanh", {100, -100, kInfinity, -kInfinity}),
            (std::vector<float>{1, -1, 1, -1}));
  EXPECT_EQ(valuesOf("log", {0, 1, kInfinity}), (std::vector<float>{-kInfinity, 0, kInfinity}));
  EXPECT_EQ(valuesOf("abs", {-kInfinity, -3}), (std::vector<float>{kInfinity, 3}));
  EXPECT_FALSE(std::signbit(valuesOf("abs", {-0.0F})[0]));
  EXPECT_TRUE(std::isnan(valuesOf("log", {-1})[0]));
  for (const char* op : {"exp", "tanh", "log", "sin", "cos", "silu"}) {
    EXPECT_TRUE(std::isnan(valuesOf(op, {std::nanf("")})[0])) << op;
  }
}

TEST(NnElementwise, ShapesThatDoNotFit) {
  for (const char* op : {"add", "subtract", "multiply", "divide", "minimum", "maximum", "power"}) {
    expectFault(ModelBuilder()
                    .input("a", {2, 3})
                    .input("b", {4, 2, 2})
                    .node(op, {"a", "b"}, "y")
                    .output("y", "y"),
                "the inputs' shapes [2, 3] and [4, 2, 2] do not fit each other");
  }
  expectFault(oneNode("glu", {4, 5}, {{"axis", 1}}),
              "the input [4, 5] has no halves along 'axis' 1");
  expectFault(oneNode("glu", {4, 5}, {{"axis", 2}}), "'axis' 2 is not an axis of the input [4, 5]");
  expectFault(ModelBuilder()
                  .input("x", {2, 3})
                  .tensor("s", {2}, {1, 2})
                  .node("prelu", {"x"}, "y", {}, {{"slope", "s"}})
                  .output("y", "y"),
              "the weight 's' has the shape [2], expected [3]");
}

TEST(NnElementwise, AttributesThatDoNotFit) {
  expectFault(oneNode("clip", {4}, {{"min", 2}, {"max", 1}}), "'max' must be at least 'min', 2");
  expectFault(oneNode("clip", {4}, {{"min", "low"}}), "'min' must be a finite number");
  expectFault(oneNode("hard_sigmoid", {4}, {{"slope", 1e39}}), "'slope'");
}

TEST(NnElementwise, AddOfOneValueTwiceWithAnotherShape) {
  // XNNPACK runs these two, with and without other shapes in between.
  ModelBuilder model;
  model.input("x", {2, 3, 4})
      .node("reshape", {"x"}, "flat", {{"shape", {6, 4}}})
      .node("reduce_mean", {"flat"}, "mean", {{"axis", 0}})
      .node("add", {"x", "mean"}, "sum")
      .node("multiply", {"sum", "x"}, "y")
      .output("y", "y");
  auto runner = Runner::compile(model.bytes());
  ASSERT_TRUE(runner.ok()) << runner.status().message();
  Random random(3);
  const auto x = random.floats(24);
  std::copy(x.begin(), x.end(), runner.value().inputs[0].data());
  ASSERT_TRUE(runner.value().run().ok());
  std::vector<double> want;
  for (size_t i = 0; i < 24; ++i) {
    double mean = 0;
    for (size_t row = 0; row < 6; ++row) mean += static_cast<double>(x[row * 4 + i % 4]) / 6;
    want.push_back((static_cast<double>(x[i]) + mean) * static_cast<double>(x[i]));
  }
  EXPECT_LE(peakError(runner.value().outputs[0].span(), want), kFloatLimit);
}

}  // namespace
}  // namespace divisi::nn::test
