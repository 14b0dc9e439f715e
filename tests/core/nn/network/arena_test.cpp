#include "nn/network/arena.h"

#include <gtest/gtest.h>

#include "nn/model_builder.h"

namespace divisi::nn::test {
namespace {

bool overlap(size_t a, size_t aSize, size_t b, size_t bSize) {
  return a < b + bSize && b < a + aSize;
}

TEST(NnArena, NothingNeededAtTheSameTimeOverlaps) {
  Random random(5);
  for (int round = 0; round < 50; ++round) {
    std::vector<ArenaRequest> requests;
    size_t sum = 0;
    for (int i = 0; i < 20; ++i) {
      const auto first = static_cast<size_t>(random.between(0, 15));
      const auto last = first + static_cast<size_t>(random.between(0, 4));
      requests.push_back({static_cast<size_t>(random.between(0, 5000)), first, last});
      sum += requests.back().elements;
    }
    const ArenaPlan plan = planArena(requests);
    for (size_t a = 0; a < requests.size(); ++a) {
      EXPECT_EQ(plan.offsets[a] % 16, 0U);
      EXPECT_LE(plan.offsets[a] + requests[a].elements, plan.elements);
      for (size_t b = 0; b < a; ++b) {
        const bool together = requests[a].firstStep <= requests[b].lastStep &&
                              requests[b].firstStep <= requests[a].lastStep;
        if (!together) continue;
        EXPECT_FALSE(
            overlap(plan.offsets[a], requests[a].elements, plan.offsets[b], requests[b].elements));
      }
    }
    // Places are shared: random lifetimes of a fifth of the steps need far less than all at once.
    EXPECT_LT(plan.elements, sum);
  }
}

TEST(NnArena, OneAfterAnotherTakesThePlaceOfTheLargest) {
  const std::vector<ArenaRequest> requests = {{1000, 0, 0}, {3000, 1, 1}, {2000, 2, 2}};
  const ArenaPlan plan = planArena(requests);
  EXPECT_EQ(plan.offsets, (std::vector<uint64_t>{0, 0, 0}));
  EXPECT_LT(plan.elements, 3000U + 64U);
}

}  // namespace
}  // namespace divisi::nn::test
