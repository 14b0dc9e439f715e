// attention, against the double-precision reference.
#include "nn/sequence/attention.h"

#include <gtest/gtest.h>

#include "nn/operators/faults.h"
#include "nn/run.h"

namespace divisi::nn::test {
namespace {

using Dims = std::vector<int64_t>;

ModelBuilder attention(const Dims& query, const Dims& key, const Dims& value,
                       const json& attributes = json::object()) {
  ModelBuilder model;
  return model.input("q", query)
      .input("k", key)
      .input("v", value)
      .node("attention", {"q", "k", "v"}, "y", attributes)
      .output("y", "y");
}

TEST(NnAttention, RandomShapes) {
  Random random(51);
  for (uint32_t i = 0; i < 150; ++i) {
    Dims batch;
    for (int64_t axis = random.between(0, 2); axis > 0; --axis)
      batch.push_back(random.between(1, 3));
    const int64_t heads = random.between(1, 4);
    const int64_t keys = random.between(1, 40);
    const auto of = [&](int64_t rows, int64_t columns) {
      Dims shape = batch;
      shape.insert(shape.end(), {rows, columns * heads});
      return shape;
    };
    const int64_t depth = random.between(1, 20);
    json attributes = {{"heads", heads}};
    if (i % 2 == 0) attributes["scale"] = 0.1 * static_cast<double>(random.between(1, 40));
    const Dims query = of(random.between(1, 40), depth);
    const Dims value = of(keys, random.between(1, 20));
    SCOPED_TRACE(testing::PrintToString(query) + testing::PrintToString(value) + attributes.dump());
    expectAgreement(attention(query, of(keys, depth), value, attributes), i);
  }
}

TEST(NnAttention, SequencesOfSeveralTiles) {
  // 700 keys are three tiles. Scores up to 60, so that a later tile often has the largest.
  for (const double scale : {0.1, 10.0}) {
    expectAgreement(attention({70, 24}, {700, 24}, {700, 20}, {{"heads", 2}, {"scale", scale}}), 1);
  }
}

TEST(NnAttention, OneQueryMayBeItsOwnKeyAndValue) {
  ModelBuilder model;
  model.input("x", {9, 8}).node("attention", {"x", "x", "x"}, "y", {{"heads", 2}}).output("y", "y");
  expectAgreement(model);
}

TEST(NnAttention, ScratchStaysSmallForLongSequences) {
  // The scores of HTDemucs' longest sequence, 2688 x 2688, would be 29 MB for each head.
  const AttentionShape shape = {.queries = 2688, .keys = 2688, .depth = 64, .valueDepth = 64};
  EXPECT_LE(attentionScratch(shape) * sizeof(float), size_t{1} << 20U);
}

TEST(NnAttention, NamesWhatDoesNotFit) {
  expectFault(attention({4}, {4}, {4}), "must have the same number of axes, two or more");
  expectFault(attention({2, 4}, {1, 2, 4}, {2, 4}), "[2, 4], [1, 2, 4] and [2, 4] must have");
  expectFault(attention({1, 2, 4}, {2, 2, 4}, {1, 2, 4}), "differ before their last two axes");
  expectFault(attention({2, 4}, {2, 5}, {2, 4}), "queries of 4 and keys of 5");
  expectFault(attention({2, 4}, {3, 4}, {2, 4}), "3 keys and 2 values");
  expectFault(attention({2, 4}, {3, 4}, {3, 4}, {{"heads", 3}}), "4 columns of");
  expectFault(attention({2, 4}, {3, 4}, {3, 6}, {{"heads", 4}}), "6 columns of");
  expectFault(attention({2, 4}, {3, 4}, {3, 4}, {{"heads", 0}}), "'heads'");
  expectFault(attention({2, 4}, {3, 4}, {3, 4}, {{"scale", 0}}), "'scale' must be above 0, got 0");
  expectFault(attention({2, 4}, {3, 4}, {3, 4}, {{"scale", "x"}}), "'scale'");
}

}  // namespace
}  // namespace divisi::nn::test
