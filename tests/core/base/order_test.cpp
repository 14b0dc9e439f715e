#include "base/order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "nn/model_builder.h"

namespace divisi::test {
namespace {

TEST(Order, IsThatOfAStableSort) {
  nn::test::Random random(3);
  for (const int count : {0, 1, 2, 3, 100, 1000}) {
    std::vector<uint64_t> keys;
    for (int i = 0; i < count; ++i) keys.push_back(static_cast<uint64_t>(random.between(0, 50)));
    std::vector<size_t> expected(keys.size());
    std::iota(expected.begin(), expected.end(), size_t{0});
    std::ranges::stable_sort(expected, {}, [&](size_t i) { return keys[i]; });
    EXPECT_EQ(risingOrder(keys), expected);
  }
}

TEST(Order, HoldsForTheLargestKeys) {
  const std::vector<uint64_t> keys = {UINT64_MAX, 0, UINT64_MAX - 1};
  EXPECT_EQ(risingOrder(keys), (std::vector<size_t>{1, 2, 0}));
}

}  // namespace
}  // namespace divisi::test
