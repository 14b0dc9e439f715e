#include "audio/sample_queue.h"

#include <gtest/gtest.h>

#include <vector>

#include "audio/signals.h"

namespace divisi::audio {
namespace {

TEST(SampleQueue, KeepsOrderWhileItGrowsAndDrops) {
  SampleQueue queue;
  ASSERT_TRUE(queue.reserve(2, 5));
  test::Noise random(1);
  size_t written = 0;
  size_t read = 0;
  for (int step = 0; step < 2000; ++step) {
    const auto count = static_cast<size_t>(std::abs(random.next()) * 40);
    std::vector<float> left(count);
    std::vector<float> right(count);
    for (size_t n = 0; n < count; ++n) {
      left[n] = static_cast<float>(written + n);
      right[n] = -left[n];
    }
    const float* channels[] = {left.data(), right.data()};
    ASSERT_TRUE(queue.push(channels, 0, count));
    written += count;
    ASSERT_EQ(queue.frames(), written - read);
    for (size_t n = 0; n < queue.frames(); ++n) {
      ASSERT_EQ(queue.channel(0)[n], static_cast<float>(read + n));
      ASSERT_EQ(queue.channel(1)[n], -static_cast<float>(read + n));
    }
    const auto dropped =
        static_cast<size_t>(std::abs(random.next()) * static_cast<double>(queue.frames() + 1));
    queue.drop(dropped);
    read += dropped;
  }
}

TEST(SampleQueue, ReadsFromAnOffsetAndPadsWithZeros) {
  SampleQueue queue;
  ASSERT_TRUE(queue.reserve(1, 2));
  const std::vector<float> samples = {1, 2, 3, 4};
  const float* channels[] = {samples.data()};
  ASSERT_TRUE(queue.push(channels, 2, 2));
  ASSERT_TRUE(queue.pushZeros(1));
  ASSERT_EQ(queue.frames(), 3U);
  EXPECT_EQ(queue.channel(0)[0], 3.0F);
  EXPECT_EQ(queue.channel(0)[1], 4.0F);
  EXPECT_EQ(queue.channel(0)[2], 0.0F);
  queue.truncate(1);
  ASSERT_TRUE(queue.push(channels, 0, 1));
  EXPECT_EQ(queue.channel(0)[1], 1.0F);
}

TEST(SampleQueue, RefusesWhatMemoryCannotHold) {
  SampleQueue queue;
  ASSERT_TRUE(queue.reserve(1, 4));
  ASSERT_TRUE(queue.pushZeros(3));
  EXPECT_FALSE(queue.reserve(1, SIZE_MAX / 2));
  SampleQueue wide;
  EXPECT_FALSE(wide.reserve(8, SIZE_MAX / 8 + 2));  // the product wraps around to 8
  EXPECT_EQ(queue.frames(), 3U);
  EXPECT_EQ(queue.channel(0)[2], 0.0F);
}

}  // namespace
}  // namespace divisi::audio
