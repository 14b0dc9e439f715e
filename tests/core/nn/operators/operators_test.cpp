// Every operator against the double-precision reference, on random data.
// Metric: largest absolute error / peak of the reference; limit 1e-5: float32 accumulation.
#include <gtest/gtest.h>

#include "nn/run.h"

namespace divisi::nn::test {
namespace {

using Dims = std::vector<int64_t>;

ModelBuilder unary(const std::string& op, const Dims& shape, const json& attributes = {}) {
  ModelBuilder model;
  return model.input("x", shape).node(op, {"x"}, "y", attributes).output("y", "y");
}

struct Conv {
  Dims input;   // H W C
  Dims kernel;  // O KH KW
  json attributes;
};

ModelBuilder convolution(const char* op, const Conv& c, uint32_t seed = 7) {
  Random random(seed);
  const Dims kernel = {c.kernel[0], c.kernel[1], c.kernel[2], c.input[2]};
  ModelBuilder model;
  return model.input("x", c.input)
      .tensor("k", kernel, random.floats(elements(kernel)))
      .tensor("b", {c.kernel[0]}, random.floats(static_cast<size_t>(c.kernel[0])))
      .node(op, {"x"}, "y", c.attributes, {{"kernel", "k"}, {"bias", "b"}})
      .output("y", "y");
}

TEST(NnOperators, Conv2d) {
  const std::vector<Conv> cases = {
      {{5, 7, 3}, {4, 3, 3}, {}},
      {{1, 1, 1}, {1, 1, 1}, {}},
      {{9, 11, 2}, {16, 5, 5}, {{"stride", {2, 2}}, {"padding", {1, 2, 1, 2}}}},
      {{16, 32, 2}, {16, 5, 5}, {{"stride", {2, 2}}, {"padding", {1, 2, 1, 2}}}},
      {{16, 32, 1}, {2, 4, 4}, {{"dilation", {2, 2}}, {"padding", {3, 3, 3, 3}}}},
      {{7, 13, 1}, {2, 4, 4}, {{"dilation", {2, 2}}, {"padding", {3, 3, 3, 3}}}},
      {{8, 12, 5}, {3, 2, 4}, {{"stride", {3, 1}}, {"padding", {0, 3, 5, 1}}}},
      {{6, 6, 17}, {33, 1, 1}, {{"activation", "relu"}}},
      {{6, 9, 1}, {1, 3, 3}, {{"stride", {1, 3}}}},
      {{4, 10, 3}, {19, 1, 10}, {}},
      {{3, 5, 561}, {9, 3, 1}, {{"padding", {1, 1, 0, 0}}}},
      {{10, 3, 300}, {70, 2, 2}, {{"stride", {2, 1}}, {"activation", "relu"}}},
      {{2, 3, 4}, {5, 3, 3}, {{"padding", {9, 0, 0, 11}}, {"dilation", {1, 2}}}},
      {{20, 30, 1}, {51, 16, 1}, {{"padding", {7, 8, 0, 0}}}},
      {{33, 1, 8}, {8, 9, 1}, {{"dilation", {4, 1}}}},
  };
  for (const Conv& c : cases) {
    SCOPED_TRACE(testing::Message() << testing::PrintToString(c.input)
                                    << testing::PrintToString(c.kernel) << c.attributes.dump());
    expectAgreement(convolution("conv2d", c));
  }
}

TEST(NnOperators, Conv2dOfManyRandomShapes) {
  Random random(11);
  for (uint32_t i = 0; i < 150; ++i) {
    Conv c;
    c.input = {random.between(1, 14), random.between(1, 24), random.between(1, 9)};
    c.kernel = {random.between(1, 9), random.between(1, 5), random.between(1, 5)};
    const Dims dilation = {random.between(1, 3), random.between(1, 3)};
    Dims padding = {random.between(0, 3), random.between(0, 3), random.between(0, 3),
                    random.between(0, 3)};
    // Large enough for one position of the window.
    padding[1] += std::max<int64_t>(0, (c.kernel[1] - 1) * dilation[0] + 1 - c.input[0]);
    padding[3] += std::max<int64_t>(0, (c.kernel[2] - 1) * dilation[1] + 1 - c.input[1]);
    c.attributes = {{"stride", {random.between(1, 3), random.between(1, 3)}},
                    {"dilation", dilation},
                    {"padding", padding},
                    {"activation", random.between(0, 1) == 1 ? "relu" : "none"}};
    SCOPED_TRACE(testing::Message() << testing::PrintToString(c.input)
                                    << testing::PrintToString(c.kernel) << c.attributes.dump());
    expectAgreement(convolution("conv2d", c, i), i);
  }
}

TEST(NnOperators, TransposedConv2d) {
  const json spleeter = {{"stride", {2, 2}}, {"crop", {1, 2, 1, 2}}};
  const std::vector<Conv> cases = {
      {{4, 6, 8}, {16, 5, 5}, spleeter},
      {{5, 3, 32}, {1, 5, 5}, spleeter},
      {{4, 6, 64}, {2, 5, 5}, spleeter},
      {{3, 4, 3}, {4, 5, 5}, {{"stride", {2, 2}}}},
      {{3, 4, 3}, {1, 5, 5}, {{"stride", {2, 2}}}},
      {{3, 4, 3}, {5, 4, 4}, {{"stride", {2, 2}}, {"crop", {1, 1, 1, 1}}}},
      {{3, 4, 3}, {5, 3, 2}, {{"stride", {2, 2}}, {"crop", {0, 1, 0, 0}}}},
      {{3, 4, 3}, {5, 1, 1}, {{"stride", {2, 2}}}},  // kernel smaller than the stride
      {{6, 5, 3}, {5, 2, 2}, {{"stride", {1, 1}}, {"crop", {1, 0, 0, 1}}}},
      {{6, 5, 3}, {5, 3, 3}, {{"stride", {1, 1}}, {"crop", {3, 0, 0, 4}}}},  // cuts into the input
      {{6, 5, 3}, {5, 5, 5}, {{"stride", {2, 2}}, {"crop", {7, 1, 2, 5}}}},  // likewise
      {{6, 5, 3}, {5, 5, 5}, {{"stride", {3, 1}}, {"crop", {1, 1, 2, 2}}, {"activation", "relu"}}},
      {{2, 2, 3}, {5, 5, 9}, {{"stride", {5, 4}}}},  // more phases than are split
      {{1, 1, 1}, {1, 2, 2}, {{"stride", {2, 2}}}},
      {{8, 16, 70},
       {48, 5, 5},
       {{"stride", {2, 2}}, {"crop", {1, 2, 1, 2}}, {"activation", "relu"}}},
  };
  for (const Conv& c : cases) {
    SCOPED_TRACE(testing::Message() << testing::PrintToString(c.input)
                                    << testing::PrintToString(c.kernel) << c.attributes.dump());
    expectAgreement(convolution("transposed_conv2d", c));
  }
}

TEST(NnOperators, TransposedConv2dOfManyRandomShapes) {
  Random random(12);
  for (uint32_t i = 0; i < 150; ++i) {
    Conv c;
    c.input = {random.between(1, 7), random.between(1, 7), random.between(1, 9)};
    c.kernel = {random.between(1, 9), random.between(1, 6), random.between(1, 6)};
    const Dims stride = {random.between(1, 3), random.between(1, 3)};
    Dims crop = {random.between(0, 4), random.between(0, 4), random.between(0, 4),
                 random.between(0, 4)};
    if ((c.input[0] - 1) * stride[0] + c.kernel[1] <= crop[0] + crop[1]) crop[0] = crop[1] = 0;
    if ((c.input[1] - 1) * stride[1] + c.kernel[2] <= crop[2] + crop[3]) crop[2] = crop[3] = 0;
    c.attributes = {{"stride", stride},
                    {"crop", crop},
                    {"activation", random.between(0, 1) == 1 ? "relu" : "none"}};
    SCOPED_TRACE(testing::Message() << testing::PrintToString(c.input)
                                    << testing::PrintToString(c.kernel) << c.attributes.dump());
    expectAgreement(convolution("transposed_conv2d", c, i), i);
  }
}

TEST(NnOperators, Affine) {
  for (const Dims& shape : {Dims{5, 7, 3}, Dims{4, 8, 1}, Dims{3, 3, 1}, Dims{2, 2, 600}, Dims{9},
                            Dims{6, 5}, Dims{2, 3, 4, 5}, Dims{1}}) {
    SCOPED_TRACE(testing::PrintToString(shape));
    Random random(3);
    const auto channels = static_cast<size_t>(shape.back());
    ModelBuilder model;
    model.input("x", shape)
        .tensor("s", {shape.back()}, random.floats(channels))
        .tensor("o", {shape.back()}, random.floats(channels))
        .node("affine", {"x"}, "y", {}, {{"scale", "s"}, {"offset", "o"}})
        .output("y", "y");
    expectAgreement(model);
  }
}

TEST(NnOperators, ElementByElement) {
  for (const Dims& shape : {Dims{5, 7, 3}, Dims{1}, Dims{1000}, Dims{3, 4}, Dims{2, 3, 2, 5}}) {
    SCOPED_TRACE(testing::PrintToString(shape));
    expectAgreement(unary("relu", shape));
    expectAgreement(unary("sigmoid", shape));
    expectAgreement(unary("leaky_relu", shape, {{"slope", 0.2}}));
    expectAgreement(unary("leaky_relu", shape, {{"slope", -1.5}}));
    expectAgreement(unary("elu", shape));
    expectAgreement(unary("elu", shape, {{"alpha", 0.3}}));
    for (const char* op : {"add", "multiply"}) {
      ModelBuilder model;
      model.input("a", shape).input("b", shape).node(op, {"a", "b"}, "y").output("y", "y");
      expectAgreement(model);
    }
  }
}

TEST(NnOperators, ActivationsOfLargeArguments) {
  // Scaled up to +-60, where exp() has to saturate cleanly.
  for (const char* op : {"sigmoid", "elu"}) {
    ModelBuilder model;
    model.input("x", {500})
        .tensor("s", {500}, std::vector<float>(500, 60))
        .tensor("o", {500}, std::vector<float>(500, 0))
        .node("affine", {"x"}, "scaled", {}, {{"scale", "s"}, {"offset", "o"}})
        .node(op, {"scaled"}, "y")
        .output("y", "y");
    expectAgreement(model);
  }
}

TEST(NnOperators, AddAndMultiplyAValueWithItself) {
  for (const char* op : {"add", "multiply"}) {
    ModelBuilder model;
    model.input("x", {3, 4, 5}).node("relu", {"x"}, "r").node(op, {"r", "r"}, "y").output("y", "y");
    expectAgreement(model);
  }
}

TEST(NnOperators, Concat) {
  struct Case {
    std::vector<Dims> shapes;
    json attributes;
  };
  const std::vector<Case> cases = {
      {{{4, 5, 3}, {4, 5, 8}}, {}},
      {{{4, 5, 3}, {2, 5, 3}}, {{"axis", 0}}},
      {{{4, 5, 3}, {4, 1, 3}}, {{"axis", -2}}},
      {{{7}, {9}, {1}}, {{"axis", 0}}},
      {{{3, 2}, {3, 9}}, {{"axis", 1}}},
      {{{2, 3, 1, 4}, {2, 3, 6, 4}}, {{"axis", 2}}},
      {{{2, 3, 1}, {2, 3, 2}, {2, 3, 3}, {2, 3, 4}}, {}},
      {{{2, 3, 1}, {2, 3, 2}, {2, 3, 3}, {2, 3, 4}, {2, 3, 5}}, {}},
      {Case{std::vector<Dims>(6, Dims{2, 3, 2}), {}}},
      {Case{std::vector<Dims>(14, Dims{2, 3}), {{"axis", 0}}}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(testing::PrintToString(c.shapes));
    ModelBuilder model;
    std::vector<std::string> names;
    for (size_t i = 0; i < c.shapes.size(); ++i) {
      names.push_back("x" + std::to_string(i));
      model.input(names.back(), c.shapes[i]);
    }
    model.node("concat", names, "y", c.attributes).output("y", "y");
    expectAgreement(model);
  }
}

TEST(NnOperators, ConcatOfAValueWithItself) {
  ModelBuilder model;
  model.input("x", {2, 3, 4}).node("concat", {"x", "x"}, "y").output("y", "y");
  expectAgreement(model);
}

TEST(NnOperators, Pad) {
  expectAgreement(unary("pad", {4, 5, 3}, {{"padding", {1, 2, 3, 4}}}));
  expectAgreement(unary("pad", {1, 1, 1}, {{"padding", {0, 0, 0, 7}}}));
  expectAgreement(unary("pad", {4, 5, 3}, {{"padding", {0, 0, 0, 0}}}));
}

TEST(NnOperators, MaxPool) {
  expectAgreement(unary("max_pool", {9, 8, 5}, {{"size", {2, 2}}}));
  expectAgreement(unary("max_pool", {9, 8, 5}, {{"size", {3, 4}}, {"stride", {1, 2}}}));
  expectAgreement(unary("max_pool", {7, 5, 1}, {{"size", {7, 5}}}));
  expectAgreement(unary("max_pool", {7, 5, 3}, {{"size", {1, 1}}}));
  expectAgreement(unary("max_pool", {187, 3, 20}, {{"size", {187, 1}}}));
}

TEST(NnOperators, Reduce) {
  for (const char* op : {"reduce_max", "reduce_mean"}) {
    for (const Dims& shape :
         {Dims{6, 5, 7}, Dims{187, 1, 40}, Dims{1, 9, 1}, Dims{4, 3}, Dims{2, 3, 4, 5}}) {
      for (int64_t axis = -static_cast<int64_t>(shape.size());
           axis < static_cast<int64_t>(shape.size()); ++axis) {
        SCOPED_TRACE(testing::Message() << op << testing::PrintToString(shape) << axis);
        expectAgreement(unary(op, shape, {{"axis", axis}}));
      }
    }
  }
}

TEST(NnOperators, Dense) {
  for (const Dims& shape : {Dims{7}, Dims{4, 7}, Dims{1, 1506}, Dims{1}, Dims{33, 20}}) {
    for (const int64_t outputs : {1, 5, 200}) {
      for (const char* activation : {"none", "relu"}) {
        SCOPED_TRACE(testing::Message() << testing::PrintToString(shape) << outputs << activation);
        Random random(5);
        const Dims kernel = {outputs, shape.back()};
        ModelBuilder model;
        model.input("x", shape)
            .tensor("k", kernel, random.floats(elements(kernel)))
            .tensor("b", {outputs}, random.floats(static_cast<size_t>(outputs)))
            .node("dense", {"x"}, "y", {{"activation", activation}},
                  {{"kernel", "k"}, {"bias", "b"}})
            .output("y", "y");
        expectAgreement(model);
      }
    }
  }
}

TEST(NnOperators, Reshape) {
  expectAgreement(unary("reshape", {4, 6, 5}, {{"shape", {120}}}));
  expectAgreement(unary("reshape", {4, 6, 5}, {{"shape", {-1, 10}}}));
  expectAgreement(unary("reshape", {120}, {{"shape", {2, 3, -1, 4}}}));
  expectAgreement(unary("reshape", {3, 4}, {{"shape", {3, 4}}}));
}

TEST(NnOperators, Transpose) {
  expectAgreement(unary("transpose", {4, 6, 5}, {{"permutation", {1, 0, 2}}}));
  expectAgreement(unary("transpose", {4, 6, 5}, {{"permutation", {2, 0, 1}}}));
  expectAgreement(unary("transpose", {4, 6}, {{"permutation", {1, 0}}}));
  expectAgreement(unary("transpose", {4}, {{"permutation", {0}}}));
  expectAgreement(unary("transpose", {2, 3, 4, 5}, {{"permutation", {3, 1, 0, 2}}}));
  expectAgreement(unary("transpose", {2, 3, 4, 5, 2}, {{"permutation", {4, 2, 1, 3, 0}}}));
}

}  // namespace
}  // namespace divisi::nn::test
