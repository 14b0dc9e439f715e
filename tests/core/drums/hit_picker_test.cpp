// Hits from log-odds that are made by hand.
#include "drums/hit_picker.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace divisi::drums {
namespace {

/// Of one instrument, with velocities of one half.
std::vector<Hit> pick(const std::vector<float>& odds, float threshold = 0) {
  HitPicker picker({threshold});
  std::vector<Hit> hits;
  for (const float each : odds) {
    picker.add(std::array{each, 0.0F});
    for (const Hit& hit : picker.take()) hits.push_back(hit);
  }
  picker.finish();
  for (const Hit& hit : picker.take()) hits.push_back(hit);
  return hits;
}

TEST(HitPicker, APeakIsAHit) {
  const auto hits = pick({-5, -5, -5, 1, -5, -5, -5});
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_NEAR(hits[0].frame, 3, 1e-6);
  EXPECT_NEAR(hits[0].confidence, 0.731, 1e-3);
  EXPECT_NEAR(hits[0].velocity, 0.5, 1e-6);
}

TEST(HitPicker, LiesTowardsTheSurerNeighbour) {
  const auto hits = pick({-9, -9, 1, 0.5F, -9, -9});
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_GT(hits[0].frame, 2.3);
  EXPECT_LT(hits[0].frame, 2.5);
}

TEST(HitPicker, WhatIsBelowTheThresholdIsNone) {
  EXPECT_TRUE(pick({-5, -5, 0.9F, -5, -5}, 1).empty());
  EXPECT_EQ(pick({-5, -5, 1, -5, -5}, 1).size(), 1U);
}

TEST(HitPicker, WithinTwoFramesTheHighestIsTheHit) {
  const auto hits = pick({-5, 2, 1, 3, -5, -5, 1, -5, -5});
  ASSERT_EQ(hits.size(), 2U);
  EXPECT_NEAR(hits[0].frame, 3, 0.5);
  EXPECT_NEAR(hits[1].frame, 6, 0.5);
}

TEST(HitPicker, OfEqualFramesTheFirstIsTheHit) {
  const auto hits = pick({-5, -5, 2, 2, -5, -5});
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_NEAR(hits[0].frame, 2.4, 0.1);
}

TEST(HitPicker, BothEndsMayBeHits) {
  EXPECT_EQ(pick({2, -5, -5, -5, 2}).size(), 2U);
  EXPECT_EQ(pick({2}).size(), 1U);
  EXPECT_TRUE(pick({}).empty());
}

TEST(HitPicker, InstrumentsAreHeardApartAndInTheOrderOfTime) {
  HitPicker picker({0, 0});
  // The second one's hit lies between the first frame and the next, before the first one's.
  for (const auto& [first, second] : {std::pair{-9.0F, 1.0F}, {1.0F, 1.5F}, {0.9F, -9.0F}}) {
    picker.add(std::array{first, second, 0.0F, 0.0F});
  }
  picker.finish();
  const auto hits = picker.take();
  ASSERT_EQ(hits.size(), 2U);
  EXPECT_EQ(hits[0].instrument, 1U);
  EXPECT_EQ(hits[1].instrument, 0U);
  EXPECT_LT(hits[0].frame, hits[1].frame);
}

}  // namespace
}  // namespace divisi::drums
