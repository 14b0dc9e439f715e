// Activations by kernels of our own, against the double-precision reference.
#include <gtest/gtest.h>

#include <cmath>

#include "nn/run.h"

namespace divisi::nn::test {
namespace {

// Arguments of the size that networks have: x times `scale`.
ModelBuilder scaled(const std::string& op, const std::vector<int64_t>& shape, float scale,
                    const json& attributes) {
  const auto channels = static_cast<size_t>(shape.back());
  ModelBuilder model;
  return model.input("x", shape)
      .tensor("s", {shape.back()}, std::vector<float>(channels, scale))
      .tensor("o", {shape.back()}, std::vector<float>(channels, 0))
      .node("affine", {"x"}, "scaled", {}, {{"scale", "s"}, {"offset", "o"}})
      .node(op, {"scaled"}, "y", attributes)
      .output("y", "y");
}

TEST(NnActivation, GeluOfRandomShapes) {
  Random random(21);
  for (uint32_t i = 0; i < 60; ++i) {
    std::vector<int64_t> shape;
    for (int64_t axis = random.between(1, 5); axis > 0; --axis)
      shape.push_back(random.between(1, 7));
    for (const json& attributes :
         {json::object(), json{{"approximate", "none"}}, json{{"approximate", "tanh"}}}) {
      SCOPED_TRACE(testing::PrintToString(shape) + attributes.dump());
      // 2e-6 of the peak, which may be one value far below zero: an exponent of 8 in float32 is
      // known to 5e-7, and so is what it is the exponent of.
      expectAgreement(scaled("gelu", shape, 4, attributes), i, 2e-6);
      expectAgreement(scaled("gelu", shape, 0.01F, attributes), i, 1e-6);
    }
  }
}

TEST(NnActivation, GeluOfAnyArgument) {
  auto runner = Runner::compile(ModelBuilder()
                                    .input("x", {1})
                                    .node("gelu", {"x"}, "exact")
                                    .node("gelu", {"x"}, "tanh", {{"approximate", "tanh"}})
                                    .output("exact", "exact")
                                    .output("tanh", "tanh")
                                    .bytes());
  ASSERT_TRUE(runner.ok()) << runner.status().message();
  const auto expectNear = [&](double x) {
    runner.value().inputs[0].data()[0] = static_cast<float>(x);
    ASSERT_TRUE(runner.value().run().ok());
    const double tanh = std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x));
    // 5e-6 of the result: the exponent grows to 72, of which float32 knows 4e-6. What is below
    // 1e-12 changes no sum.
    const auto limit = [](double expected) { return 5e-6 * std::abs(expected) + 1e-12; };
    const double exact = x / 2 * std::erfc(-x / std::sqrt(2.0));
    EXPECT_NEAR(runner.value().outputs[0].data()[0], exact, limit(exact)) << x;
    const double approximate = x / 2 * (1 + tanh);
    EXPECT_NEAR(runner.value().outputs[1].data()[0], approximate, limit(approximate)) << x;
  };
  for (double x = -12; x <= 12; x += 1.0 / 64) expectNear(x);
  for (const double x : {-1e9, -1e4, -100.0, -1e-6, 1e-6, 100.0, 1e4, 1e9}) expectNear(x);
}

TEST(NnActivation, GeluHasTwoForms) {
  for (const json& approximate : {json("erf"), json(""), json(1)}) {
    const auto bytes = ModelBuilder()
                           .input("x", {3})
                           .node("gelu", {"x"}, "y", {{"approximate", approximate}})
                           .output("y", "y")
                           .bytes();
    const auto model = Model::open(bytes);
    ASSERT_FALSE(model.ok());
    EXPECT_NE(model.status().message().find("node 0 (gelu, output 'y'): 'approximate'"),
              std::string::npos)
        << model.status().message();
  }
}

}  // namespace
}  // namespace divisi::nn::test
