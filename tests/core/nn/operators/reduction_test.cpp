// Reductions and pools: what they refuse, and what their sums keep. golden_operators_test.cpp has
// them on random shapes.
#include <gtest/gtest.h>

#include <cmath>

#include "nn/operators/faults.h"
#include "nn/run.h"

namespace divisi::nn::test {
namespace {

TEST(NnReduction, AxesThatDoNotFit) {
  for (const char* op : {"reduce_max", "reduce_min", "reduce_mean", "reduce_sum"}) {
    expectFault(oneNode(op, {2, 3, 4}, {{"axis", {0, -3}}}),
                "'axis' [0, -3] names an axis of the input [2, 3, 4] twice");
    expectFault(oneNode(op, {2, 3, 4}, {{"axis", {0, 3}}}),
                "'axis' 3 is not an axis of the input [2, 3, 4]");
    expectFault(oneNode(op, {2, 3}, {{"axis", {0, 1}}}),
                "no axis of the input [2, 3] would be left");
    expectFault(oneNode(op, {2, 3}, {{"axis", json::array()}}), "'axis' must name an axis");
    expectFault(oneNode(op, {2, 3}, {{"axis", "all"}}), "'axis' must be an integer");
    expectFault(oneNode(op, {2, 3}), "'axis' is missing");
  }
}

TEST(NnReduction, SumsAreInDouble) {
  // A million times 0.1 on top of 2^24, beyond which float32 knows whole numbers only.
  constexpr int64_t kCount = 1000000;
  for (const int64_t axis : {0, 1}) {
    const std::vector<int64_t> shape =
        axis == 0 ? std::vector<int64_t>{kCount, 2} : std::vector<int64_t>{2, kCount};
    auto runner = Runner::compile(oneNode("reduce_sum", shape, {{"axis", axis}}).bytes());
    ASSERT_TRUE(runner.ok()) << runner.status().message();
    float* x = runner.value().inputs[0].data();
    std::fill_n(x, 2 * kCount, 0.1F);
    x[0] = 16777216;
    ASSERT_TRUE(runner.value().run().ok());
    const double small = static_cast<double>(0.1F);
    const double want = 16777216 + (kCount - 1) * small;
    EXPECT_NEAR(runner.value().outputs[0].data()[0], want, 1) << axis;  // float32's step there is 2
    EXPECT_NEAR(runner.value().outputs[0].data()[1], kCount * small, 0.01) << axis;
  }
}

TEST(NnReduction, NotANumberStaysSo) {
  for (const char* op : {"reduce_max", "reduce_min", "reduce_mean"}) {
    auto runner = Runner::compile(oneNode(op, {2, 9}, {{"axis", 1}}).bytes());
    ASSERT_TRUE(runner.ok()) << runner.status().message();
    runner.value().inputs[0].data()[4] = std::nanf("");
    ASSERT_TRUE(runner.value().run().ok());
    EXPECT_TRUE(std::isnan(runner.value().outputs[0].data()[0])) << op;
    EXPECT_EQ(runner.value().outputs[0].data()[1], 0) << op;
  }
}

TEST(NnPooling, PaddingsThatDoNotFit) {
  for (const char* op : {"max_pool", "avg_pool"}) {
    expectFault(oneNode(op, {5, 5, 1}, {{"size", {2, 2}}, {"padding", {0, 0, 2, 0}}}),
                "'padding' [0, 0, 2, 0] is not below the 'size' [2, 2]");
    expectFault(oneNode(op, {5, 5, 1}, {{"size", {6, 1}}}), "would be empty");
  }
}

}  // namespace
}  // namespace divisi::nn::test
