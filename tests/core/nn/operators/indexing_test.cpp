// Parts of values, rows of tables, constants, resizing: what they refuse, and what they are between
// other operators. golden_operators_test.cpp has them on random shapes.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "nn/operators/faults.h"
#include "nn/run.h"

namespace divisi::nn::test {
namespace {

TEST(NnIndexing, SlicesThatDoNotFit) {
  expectFault(oneNode("slice", {4, 5}, {{"axis", 2}}),
              "'axis' 2 is not an axis of the input [4, 5]");
  expectFault(oneNode("slice", {4, 5}, {{"axis", 1}, {"start", 5}}),
              "the result [4, 0] would be empty");
  expectFault(oneNode("slice", {4, 5}, {{"axis", 1}, {"start", 1}, {"end", 3}, {"step", -1}}),
              "the result [4, 0] would be empty");
  expectFault(oneNode("slice", {4, 5}, {{"axis", 1}, {"step", 0}}),
              "'step' must be a number other than 0, got 0");
  expectFault(oneNode("slice", {4, 5}, {{"axis", 1}, {"start", 0.5}}),
              "'start' must be an integer");
}

TEST(NnIndexing, IndicesThatDoNotFit) {
  for (const int64_t index : {-5, 4}) {
    expectFault(oneNode("gather", {4, 5}, {{"indices", {0, index}}}),
                "'indices' has " + std::to_string(index) +
                    ", which is not an index along 'axis' 0 of the input [4, 5]");
  }
  expectFault(oneNode("gather", {4, 5}, {{"indices", json::array()}}),
              "'indices' must have at least one index");
  expectFault(oneNode("gather", {4, 5}), "'indices' is missing");
}

ModelBuilder embedding(const std::vector<int64_t>& input, const std::vector<int64_t>& table) {
  ModelBuilder model;
  return model.input("x", input)
      .tensor("t", table, std::vector<float>(elements(table), 1))
      .node("embedding", {"x"}, "y", {}, {{"table", "t"}})
      .output("y", "y");
}

TEST(NnIndexing, EmbeddingsThatDoNotFit) {
  expectFault(embedding({4}, {6}), "the weight 't' must have the shape [rows, length], got [6]");
  expectFault(embedding({1, 1, 1, 1, 1, 2}, {3, 2}),
              "the input [1, 1, 1, 1, 1, 2] has no room for another axis");
}

TEST(NnIndexing, AnEmbeddingOfNoRowIsAFaultOfTheRun) {
  auto runner = Runner::compile(embedding({3}, {6, 2}).bytes());
  ASSERT_TRUE(runner.ok()) << runner.status().message();
  float* x = runner.value().inputs[0].data();
  for (const float wrong : {6.0F, -1.0F, 0.5F, 1e30F, std::nanf(""), -INFINITY}) {
    x[1] = wrong;
    const Status status = runner.value().run();
    EXPECT_EQ(status.code(), StatusCode::kBadModel);
    EXPECT_NE(status.message().find("node 0 (embedding, output 'y'): element 1 of the input is"),
              std::string::npos)
        << status.message();
  }
  x[1] = 5;
  EXPECT_TRUE(runner.value().run().ok());
}

TEST(NnIndexing, ConstantsBetweenOtherOperators) {
  // With a constant in front of what merges nodes, and one that nobody but the output reads.
  ModelBuilder model;
  model.input("x", {2, 3})
      .tensor("v", {3}, {1, -2, 3})
      .node("constant", {}, "c", {}, {{"value", "v"}})
      .node("relu", {"c"}, "r")
      .node("add", {"x", "r"}, "y")
      .node("constant", {}, "alone", {}, {{"value", "v"}})
      .output("y", "y")
      .output("alone", "alone");
  auto runner = Runner::compile(model.bytes());
  ASSERT_TRUE(runner.ok()) << runner.status().message();
  for (size_t i = 0; i < 6; ++i) runner.value().inputs[0].data()[i] = static_cast<float>(i);
  ASSERT_TRUE(runner.value().run().ok());
  EXPECT_LE(peakError(runner.value().outputs[0].span(), {1, 1, 5, 4, 4, 8}), 0);
  EXPECT_LE(peakError(runner.value().outputs[1].span(), {1, -2, 3}), 0);
}

TEST(NnIndexing, ConstantsThatAreNoValues) {
  ModelBuilder model;
  model.input("x", {1})
      .tensor("v", {1, 1, 1, 1, 1, 1, 2}, {1, 2})
      .node("constant", {}, "y", {}, {{"value", "v"}})
      .output("y", "y");
  expectFault(model, "the weight 'v' must have 1 to 6 axes, got the shape [1, 1, 1, 1, 1, 1, 2]");
}

TEST(NnIndexing, PaddingsThatDoNotFit) {
  expectFault(oneNode("pad", {3, 4, 1}, {{"padding", {0, 3, 0, 0}}, {"mode", "reflect"}}),
              "the input [3, 4, 1] is too small to reflect the 'padding' [0, 3, 0, 0]");
  expectFault(oneNode("pad", {3, 4, 1}, {{"padding", {0, 3, 0, 0}}, {"mode", "circular"}}),
              "'mode' 'circular' is unknown (known: 'zeros', 'reflect', 'replicate')",
              StatusCode::kUnsupported);
}

TEST(NnIndexing, APaddingOtherThanZerosIsNotMergedIntoAConvolution) {
  for (const char* mode : {"reflect", "replicate"}) {
    ModelBuilder model;
    model.input("x", {4, 4, 1})
        .tensor("k", {1, 3, 3, 1}, std::vector<float>(9, 1))
        .tensor("b", {1}, {0})
        .node("pad", {"x"}, "p", {{"padding", {1, 1, 1, 1}}, {"mode", mode}})
        .node("conv2d", {"p"}, "y", {}, {{"kernel", "k"}, {"bias", "b"}})
        .output("y", "y");
    auto runner = Runner::compile(model.bytes());
    ASSERT_TRUE(runner.ok()) << runner.status().message();
    std::fill_n(runner.value().inputs[0].data(), 16, 1.0F);
    ASSERT_TRUE(runner.value().run().ok());
    for (const float y : runner.value().outputs[0].span()) EXPECT_NEAR(y, 9, 1e-5) << mode;
  }
}

TEST(NnIndexing, ResizesThatDoNotFit) {
  expectFault(oneNode("resize", {3, 4, 1}), "'size' is missing");
  expectFault(oneNode("resize", {3, 4}, {{"size", {1, 1}}}),
              "the input must have the shape [height, width, channels], got [3, 4]");
  expectFault(oneNode("resize", {3, 4, 1}, {{"size", {1, 1}}, {"factor", {1, 1}}}),
              "'size' must not stand beside 'factor'");
  for (const json& factor : {json{1}, json{1, 0}, json{1, -2}, json{1, 1e300}}) {
    expectFault(oneNode("resize", {3, 4, 1}, {{"factor", factor}}),
                "'factor' must be two numbers above 0");
  }
  expectFault(oneNode("resize", {3, 4, 1}, {{"factor", {0.25, 1}}}),
              "the result [0, 4, 1] would be empty");
  expectFault(oneNode("resize", {3, 4, 1}, {{"factor", {5e8, 5e8}}}), "elements");
  expectFault(oneNode("resize", {3, 4, 1}, {{"size", {2, 2}}, {"mode", "cubic"}}),
              "'mode' 'cubic' is unknown", StatusCode::kUnsupported);
  expectFault(oneNode("resize", {3, 4, 1}, {{"size", {2, 2}}, {"align", "centre"}}),
              "'align' 'centre' is unknown", StatusCode::kUnsupported);
}

TEST(NnIndexing, NearestOfTwoEquallyNearIsTheLowerOne) {
  auto runner = Runner::compile(oneNode("resize", {4, 1, 1}, {{"size", {2, 1}}}).bytes());
  ASSERT_TRUE(runner.ok()) << runner.status().message();
  for (size_t i = 0; i < 4; ++i) runner.value().inputs[0].data()[i] = static_cast<float>(i);
  ASSERT_TRUE(runner.value().run().ok());
  EXPECT_LE(peakError(runner.value().outputs[0].span(), {0, 2}), 0);
}

}  // namespace
}  // namespace divisi::nn::test
