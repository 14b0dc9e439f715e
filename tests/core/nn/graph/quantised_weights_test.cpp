// Kernels in 8 bits: what they expand to, and every way in which such a file can be wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "divisi/model.h"
#include "nn/run.h"

namespace divisi::nn::test {
namespace {

struct Case {
  const char* op;
  std::vector<int64_t> input;
  std::vector<int64_t> kernel;  // three output channels
  json attributes = json::object();
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"conv2d", {6, 5, 2}, {3, 3, 2, 2}},
      {"transposed_conv2d", {4, 5, 2}, {3, 3, 2, 2}, {{"stride", {2, 2}}}},
      {"dense", {7}, {3, 7}},
  };
  return all;
}

const std::vector<float> kScales = {0.5F, 0.001F, 3.0F};

// The kernel as integers with `kScales`, or as the floats that those stand for.
ModelBuilder modelOf(const Case& test, bool quantised) {
  Random random(5);
  ModelBuilder model;
  const size_t count = elements(test.kernel);
  std::vector<float> integers(count);
  std::vector<float> floats(count);
  for (size_t i = 0; i < count; ++i) {
    integers[i] = static_cast<float>(random.between(-127, 127));
    floats[i] = kScales[i / (count / kScales.size())] * integers[i];
  }
  integers[0] = -127;
  integers[count - 1] = 127;
  floats[0] = kScales[0] * -127;
  floats[count - 1] = kScales[2] * 127;
  model.input("x", test.input).output("y", "y");
  if (quantised) {
    model.tensor("k", test.kernel, integers, StoredAs::kI8).tensor("k.scale", {3}, kScales);
  } else {
    model.tensor("k", test.kernel, floats);
  }
  return model.tensor("b", {3}, random.floats(3))
      .node(test.op, {"x"}, "y", test.attributes, {{"kernel", "k"}, {"bias", "b"}});
}

void expectFault(const ModelBuilder& model, const std::vector<std::string>& fragments) {
  const auto bytes = model.bytes();
  const auto runner = Runner::compile(bytes);
  ASSERT_FALSE(runner.ok()) << "the faulty file was accepted";
  EXPECT_EQ(runner.status().code(), StatusCode::kBadModel) << runner.status().message();
  for (const std::string& fragment : fragments) {
    EXPECT_NE(runner.status().message().find(fragment), std::string::npos)
        << "message '" << runner.status().message() << "' does not name '" << fragment << "'";
  }
}

ModelBuilder convolution() { return modelOf(cases()[0], /*quantised=*/true); }

TEST(NnQuantisedWeights, ComputeWhatTheirFloatsCompute) {
  for (const Case& test : cases()) {
    SCOPED_TRACE(test.op);
    const auto quantisedBytes = modelOf(test, true).bytes();
    const auto floatBytes = modelOf(test, false).bytes();
    auto quantised = Runner::compile(quantisedBytes);
    auto reference = Runner::compile(floatBytes);
    ASSERT_TRUE(quantised.ok()) << quantised.status().message();
    ASSERT_TRUE(reference.ok()) << reference.status().message();
    const auto x = Random(6).floats(elements(test.input));
    for (auto* runner : {&quantised.value(), &reference.value()}) {
      std::copy(x.begin(), x.end(), runner->inputs[0].data());
      ASSERT_TRUE(runner->run().ok());
    }
    // The same products in the same order: not a bit may differ.
    const auto& y = quantised.value().outputs[0];
    ASSERT_GT(y.size(), 0U);
    for (size_t i = 0; i < y.size(); ++i) {
      ASSERT_EQ(y.data()[i], reference.value().outputs[0].data()[i]) << i;
    }
  }
}

TEST(NnQuantisedWeights, AMissingScaleIsNamed) {
  ModelBuilder model = convolution();
  model.tensors.erase(model.tensors.begin() + 1);
  expectFault(model, {"'k'", "I8", "no tensor 'k.scale'"});
}

TEST(NnQuantisedWeights, AScaleOfAnotherShapeOrDtypeIsNamed) {
  for (const std::vector<int64_t>& shape :
       {std::vector<int64_t>{2}, {4}, {3, 1}, {1, 3}, {3, 2}, {}}) {
    ModelBuilder model = convolution();
    model.tensors[1].shape = shape;
    model.tensors[1].values.assign(elements(shape), 1);
    expectFault(model, {"'k.scale'", "[3, 3, 2, 2]", "each output channel"});
  }
  for (const StoredAs as : {StoredAs::kF16, StoredAs::kI8}) {
    ModelBuilder model = convolution();
    model.tensors[1].as = as;
    expectFault(model, {"'k.scale'", "F32"});
  }
}

TEST(NnQuantisedWeights, AScaleThatIsNoFiniteNumberAboveZeroIsNamed) {
  using Limits = std::numeric_limits<float>;
  for (const float scale : {0.0F, -0.0F, -0.5F, Limits::quiet_NaN(), Limits::infinity()}) {
    ModelBuilder model = convolution();
    model.tensors[1].values[1] = scale;
    expectFault(model, {"'k.scale': element 1", "above 0"});
  }
}

TEST(NnQuantisedWeights, AProductThatOverflowsIsNamed) {
  ModelBuilder model = convolution();
  model.tensors[1].values[0] = std::numeric_limits<float>::max();
  expectFault(model, {"'k': element 0", "finite"});
}

TEST(NnQuantisedWeights, MinusAHundredAndTwentyEightIsRefused) {
  ModelBuilder model = convolution();
  model.tensors[0].values[7] = -128;
  expectFault(model, {"'k': element 7", "-128"});
}

TEST(NnQuantisedWeights, AScaleOfFloatsIsRefused) {
  for (const StoredAs as : {StoredAs::kF32, StoredAs::kF16}) {
    ModelBuilder model = convolution();
    model.tensors[0].as = as;
    expectFault(model, {"'k.scale'", "only tensors of dtype I8"});
  }
}

TEST(NnQuantisedWeights, OnlyKernelsMayBeIntegers) {
  ModelBuilder model = convolution();
  model.tensors[2].values.assign(3, 1);
  model.tensors[2].as = StoredAs::kI8;
  expectFault(model, {"bias 'b'", "I8", "only kernels"});
  model.tensor("b.scale", {3}, kScales);
  expectFault(model, {"bias 'b'", "I8", "only kernels"});

  ModelBuilder affine;
  affine.input("x", {4})
      .output("y", "y")
      .tensor("s", {4}, {1, 2, 3, 4}, StoredAs::kI8)
      .tensor("s.scale", {4}, {1, 1, 1, 1})
      .tensor("o", {4}, {0, 0, 0, 0})
      .node("affine", {"x"}, "y", {}, {{"scale", "s"}, {"offset", "o"}});
  expectFault(affine, {"scale 's'", "only kernels"});
}

TEST(NnQuantisedWeights, AKernelWithoutAxesIsRefused) {
  ModelBuilder model = convolution();
  model.tensors[0].shape = {};
  model.tensors[0].values = {1};
  expectFault(model, {"'k.scale'", "[]"});
}

TEST(NnQuantisedWeights, CutAtEveryByte) {
  const auto whole = convolution().bytes();
  for (size_t size = 0; size < whole.size(); ++size) {
    const std::vector<std::byte> cut(whole.begin(),
                                     whole.begin() + static_cast<std::ptrdiff_t>(size));
    const auto model = Model::open(cut);
    ASSERT_FALSE(model.ok()) << "accepted when cut to " << size << " of " << whole.size();
    ASSERT_EQ(model.status().code(), StatusCode::kBadModel) << model.status().message();
  }
}

}  // namespace
}  // namespace divisi::nn::test
