// dense and matmul, against the double-precision reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "nn/operators/faults.h"
#include "nn/run.h"

namespace divisi::nn::test {
namespace {

using Dims = std::vector<int64_t>;

ModelBuilder dense(const Dims& shape, int64_t outputs, StoredAs as, uint32_t seed) {
  Random random(seed);
  const Dims kernel = {outputs, shape.back()};
  std::vector<float> values = random.floats(elements(kernel), as == StoredAs::kI8 ? 127 : 1);
  for (float& value : values) {
    if (as == StoredAs::kI8) value = std::round(value);
    // Numbers that 16 bits hold, some of them too small for an exponent there.
    if (as == StoredAs::kF16) value = std::round(value * 512) / 512 * 0x1p-14F;
  }
  ModelBuilder model;
  if (as == StoredAs::kI8) {
    model.tensor("k.scale", {outputs}, random.floats(static_cast<size_t>(outputs)));
    for (float& scale : model.tensors.back().values) scale = std::abs(scale) + 0.01F;
  }
  return model.input("x", shape)
      .tensor("k", kernel, std::move(values), as)
      .tensor("b", {outputs},
              random.floats(static_cast<size_t>(outputs), as == StoredAs::kF16 ? 0x1p-14F : 1))
      .node("dense", {"x"}, "y", {{"activation", seed % 2 == 0 ? "none" : "relu"}},
            {{"kernel", "k"}, {"bias", "b"}})
      .output("y", "y");
}

// The same with its kernel as floats.
ModelBuilder asFloats(ModelBuilder model) {
  std::vector<float> scales;
  for (const StoredTensor& tensor : model.tensors) {
    if (tensor.name == "k.scale") scales = tensor.values;
  }
  std::erase_if(model.tensors, [](const auto& tensor) { return tensor.name == "k.scale"; });
  for (StoredTensor& tensor : model.tensors) {
    tensor.as = StoredAs::kF32;
    if (tensor.name != "k" || scales.empty()) continue;
    const size_t depth = tensor.values.size() / scales.size();
    for (size_t i = 0; i < tensor.values.size(); ++i) tensor.values[i] *= scales[i / depth];
  }
  return model;
}

TEST(NnProducts, DenseOfAnyRankAndFormat) {
  Random random(41);
  for (uint32_t i = 0; i < 120; ++i) {
    Dims shape;
    for (int64_t axis = random.between(1, 5); axis > 0; --axis)
      shape.push_back(random.between(1, 6));
    shape.back() = random.between(1, 40);
    const auto as = static_cast<StoredAs>(i % 3);
    const int64_t outputs = random.between(1, 40);
    SCOPED_TRACE(testing::PrintToString(shape) + std::to_string(outputs) + dtypeName(as));
    const ModelBuilder model = dense(shape, outputs, as, i);
    expectAgreementWith(asFloats(model), model, i);
  }
}

TEST(NnProducts, LargeDenseKernelsStayAsNarrowAsInTheFile) {
  // Beyond one group of panels, one block of rows, and with a last panel that is not full.
  for (const StoredAs as : {StoredAs::kF32, StoredAs::kF16, StoredAs::kI8}) {
    SCOPED_TRACE(dtypeName(as));
    // An odd depth has no pairs and stays in float32.
    const ModelBuilder model = dense({2, 67, 515}, 341, as, 2);
    expectAgreementWith(asFloats(model), model, 1);
  }
}

// Rows become whole numbers of 15 bits, or of as many as sums in 32 bits leave them: an error of
// 2e-5 of their own peak in each number, and less in sums of several hundred.
constexpr double kRoundedLimit = 2e-5;

TEST(NnProducts, KernelsInBytesAreMultipliedInWholeNumbers) {
  Random random(47);
  for (uint32_t i = 0; i < 12; ++i) {
    // 240 rows are rounded together, 40 are multiplied by a panel.
    const int64_t rows = random.between(16, 300);
    const int64_t depth = 2 * random.between(100, 400);
    const int64_t outputs = random.between(330, 700);
    SCOPED_TRACE(std::to_string(rows) + " x " + std::to_string(depth) + " x " +
                 std::to_string(outputs));
    const ModelBuilder model = dense({rows, depth}, outputs, StoredAs::kI8, i);
    expectAgreementWith(asFloats(model), model, i, kRoundedLimit);
  }
}

// The largest bytes everywhere, of one sign: sums as large as they can be.
TEST(NnProducts, SumsOfWholeNumbersDoNotOverflow) {
  for (const int64_t depth : {400, 8000}) {
    ModelBuilder model = dense({20, depth}, 200, StoredAs::kI8, 2);
    for (float& value : model.tensors[1].values) value = -127;
    auto runner = Runner::compile(model.bytes());
    ASSERT_TRUE(runner.ok()) << runner.status().message();
    std::ranges::fill(runner.value().inputs[0].span(), 3.0F);
    ASSERT_TRUE(runner.value().run().ok());
    for (size_t output = 0; output < 200; ++output) {
      const float expected =
          -127.0F * 3 * static_cast<float>(depth) * model.tensors[0].values[output] +
          model.tensors[2].values[output];
      EXPECT_NEAR(runner.value().outputs[0].data()[output], expected, 1e-5 * std::abs(expected));
    }
  }
}

// A row has a scale of its own: silence, the faintest and the loudest numbers stay what they are
// beside each other, and what isn't finite spoils no other row.
TEST(NnProducts, RowsOfWholeNumbersKeepTheirLevels) {
  ModelBuilder model = dense({32, 300}, 300, StoredAs::kI8, 4);
  auto one = Runner::compile(model.bytes());
  auto exact = Runner::compile(asFloats(model).bytes());
  ASSERT_TRUE(one.ok());
  Runner& runner = one.value();
  Random random(3);
  const auto values = random.floats(runner.inputs[0].size());
  const float levels[] = {1, 0, 1e-36F, 1e30F, 1e-20F, NAN, INFINITY, 0.01F};
  for (size_t i = 0; i < values.size(); ++i) {
    const float level = levels[i / 300 % 8];
    // One number of the row.
    const bool isFault = !(level < 1e38F);
    runner.inputs[0].data()[i] = isFault ? (i % 300 == 7 ? level : values[i]) : values[i] * level;
  }
  std::ranges::copy(runner.inputs[0].span(), exact.value().inputs[0].data());
  ASSERT_TRUE(runner.run().ok());
  ASSERT_TRUE(exact.value().run().ok());
  for (size_t row = 0; row < 32; ++row) {
    const auto got = runner.outputs[0].span().subspan(row * 300, 300);
    const auto expected = exact.value().outputs[0].span().subspan(row * 300, 300);
    const float level = levels[row % 8];
    if (!(level < 1e38F)) {
      EXPECT_TRUE(std::ranges::all_of(got, [](float x) { return std::isnan(x); })) << row;
      continue;
    }
    EXPECT_LE(peakError(got, {expected.begin(), expected.end()}), kRoundedLimit) << row;
  }
}

ModelBuilder matmul(const Dims& a, const Dims& b, bool transposeB) {
  ModelBuilder model;
  return model.input("a", a)
      .input("b", b)
      .node("matmul", {"a", "b"}, "y", {{"transposeB", transposeB}})
      .output("y", "y");
}

TEST(NnProducts, MatmulOfRandomShapes) {
  Random random(43);
  for (uint32_t i = 0; i < 200; ++i) {
    const bool transposeB = random.between(0, 1) == 1;
    const int64_t rows = random.between(1, 20);
    const int64_t depth = random.between(1, 20);
    const int64_t columns = random.between(1, 30);
    Dims a;
    Dims b;
    for (int64_t axis = random.between(0, 3); axis > 0; --axis) {
      const int64_t length = random.between(1, 4);
      a.push_back(random.between(0, 2) == 0 ? 1 : length);
      b.push_back(random.between(0, 2) == 0 ? 1 : length);
    }
    // Either may have fewer axes.
    const auto drop = static_cast<std::ptrdiff_t>(random.between(0, 3));
    Dims& fewer = i % 2 == 0 ? a : b;
    if (drop <= static_cast<std::ptrdiff_t>(fewer.size())) {
      fewer.erase(fewer.begin(), fewer.begin() + drop);
    }
    a.insert(a.end(), {rows, depth});
    b.insert(b.end(), {transposeB ? columns : depth, transposeB ? depth : columns});
    SCOPED_TRACE(testing::PrintToString(a) + testing::PrintToString(b));
    expectAgreement(matmul(a, b, transposeB), i);
  }
}

TEST(NnProducts, MatmulOfLargeMatrices) {
  expectAgreement(matmul({70, 700}, {700, 130}, false));
  expectAgreement(matmul({70, 700}, {130, 700}, true));
}

TEST(NnProducts, MatmulNamesWhatDoesNotFit) {
  expectFault(matmul({2, 3}, {4, 5}, false), "[2, 3] and [4, 5] cannot be multiplied: 3 columns");
  expectFault(matmul({2, 3}, {3, 5}, true), "3 columns and 5 rows");
  expectFault(matmul({3}, {3, 5}, false), "[3] and [3, 5] must have two axes or more");
  expectFault(matmul({2, 4, 3}, {3, 3, 5}, false), "leading axes that do not fit: 2 and 3");
}

TEST(NnProducts, DenseNamesWhatDoesNotFit) {
  ModelBuilder model = dense({2, 3, 4}, 5, StoredAs::kF32, 1);
  model.graph["inputs"][0]["shape"] = {2, 3, 7};
  expectFault(model, "the weight 'k' has the shape [5, 4], expected [outputs, 7]");
}

}  // namespace
}  // namespace divisi::nn::test
