#include "audio/halfband_decimator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "audio/signals.h"

namespace divisi::audio {
namespace {

std::vector<float> halved(const std::vector<float>& samples, size_t block) {
  HalfbandDecimator decimator;
  EXPECT_TRUE(decimator.create());
  SampleQueue out;
  EXPECT_TRUE(out.reserve(1, 16));
  for (size_t begin = 0; begin < samples.size(); begin += block) {
    const size_t count = std::min(block, samples.size() - begin);
    EXPECT_TRUE(decimator.push(samples.data() + begin, count, out));
  }
  return {out.channel(0), out.channel(0) + out.frames()};
}

std::vector<float> sine(double cyclesPerSample, size_t count) {
  std::vector<float> samples(count);
  for (size_t n = 0; n < count; ++n) {
    samples[n] = static_cast<float>(test::sineAt(cyclesPerSample, static_cast<double>(n), 0.3));
  }
  return samples;
}

TEST(HalfbandDecimator, KeepsWhatIsLowInPlace) {
  // Up to 0.4 of the new rate: what is kept is the sine itself, at every second sample.
  for (const double cycles : {0.0, 0.01, 0.1, 0.18, 0.2}) {
    const std::vector<float> in = sine(cycles, 4000);
    const std::vector<float> out = halved(in, in.size());
    ASSERT_GE(out.size(), 1980U);
    for (size_t n = 50; n < out.size(); ++n) {
      // 0.0002 dB of an amplitude of 1.
      ASSERT_NEAR(out[n], in[2 * n], 2.3e-5F) << cycles << " cycles, sample " << n;
    }
  }
}

TEST(HalfbandDecimator, TakesOutWhatWouldFold) {
  for (const double cycles : {0.3, 0.35, 0.45, 0.5}) {
    const std::vector<float> out = halved(sine(cycles, 4000), 4000);
    for (size_t n = 50; n < out.size(); ++n) {
      // -89 dB.
      ASSERT_LE(std::abs(out[n]), 3.6e-5F) << cycles << " cycles, sample " << n;
    }
  }
}

TEST(HalfbandDecimator, BlocksOfAnySizeGiveTheSameBits) {
  const std::vector<float> samples = test::noise(9001, 3);
  const std::vector<float> want = halved(samples, samples.size());
  EXPECT_EQ(want.size(), (9001 - HalfbandDecimator::kReach + 1) / 2);
  for (const size_t block : {size_t{1}, size_t{63}, size_t{64}, size_t{1000}}) {
    EXPECT_EQ(halved(samples, block), want) << "blocks of " << block;
  }
}

}  // namespace
}  // namespace divisi::audio
