#include "separation/residual.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace divisi::separation::test {
namespace {

using Stereo = std::array<std::vector<float>, 2>;

std::unique_ptr<StemResampling> resampled(const std::vector<Stereo>& stems) {
  auto result = StemResampling::create(stems.size(), 2, 44100, 44100);
  EXPECT_TRUE(result.ok());
  EXPECT_TRUE(result.value()->start({}).ok());
  for (size_t i = 0; i < stems.size(); ++i) {
    const std::array<const float*, 2> channels = {stems[i][0].data(), stems[i][1].data()};
    EXPECT_TRUE(result.value()->push(i, channels.data(), stems[i][0].size()).ok());
  }
  return std::move(result.value());
}

// What each stem gets of a residual of `left` and `right`.
std::vector<Stereo> shares(const std::vector<Stereo>& stems, const std::vector<float>& left,
                           const std::vector<float>& right) {
  const audio::ChannelGroup pair = {{0, 1}, 2};
  const size_t frames = left.size();
  const auto resampling = resampled(stems);
  EXPECT_EQ(resampling->ready(), frames);
  audio::SampleQueue residual;
  EXPECT_TRUE(residual.reserve(2, frames));
  const std::array<const float*, 2> channels = {left.data(), right.data()};
  EXPECT_TRUE(residual.push(channels.data(), 0, frames));
  divideByPower(*resampling, stems.size(), pair, frames, residual);
  std::vector<Stereo> result;
  for (size_t i = 0; i < stems.size(); ++i) {
    audio::SampleQueue share;
    const std::vector<float> silence(frames);
    const std::array<const float*, 2> nothing = {silence.data(), silence.data()};
    EXPECT_TRUE(share.reserve(2, frames) && share.push(nothing.data(), 0, frames));
    addShare(*resampling, i, pair, frames, residual, share);
    result.push_back({std::vector<float>(share.channel(0), share.channel(0) + frames),
                      std::vector<float>(share.channel(1), share.channel(1) + frames)});
  }
  return result;
}

TEST(Residual, GoesToStemsByTheirPower) {
  // In the first frame 4 to 1, both channels counted; in the second all to the second stem.
  const std::vector<Stereo> got =
      shares({{{{0.2F, 0}, {0, 0}}}, {{{0, 0.5F}, {0.1F, 0}}}}, {1, -0.5F}, {0.25F, 0.5F});
  EXPECT_NEAR(got[0][0][0], 0.8F, 1e-6F);
  EXPECT_NEAR(got[1][0][0], 0.2F, 1e-6F);
  EXPECT_NEAR(got[0][1][0], 0.2F, 1e-6F);
  EXPECT_NEAR(got[1][1][0], 0.05F, 1e-6F);
  EXPECT_NEAR(got[0][0][1], 0, 1e-12F);
  EXPECT_NEAR(got[1][0][1], -0.5F, 1e-6F);
  EXPECT_NEAR(got[1][1][1], 0.5F, 1e-6F);
}

TEST(Residual, GoesInEqualPartsWhereAllStemsAreSilent) {
  const Stereo silent = {{{0}, {0}}};
  for (const Stereo& stem : shares({silent, silent, silent, silent}, {1}, {-0.5F})) {
    EXPECT_NEAR(stem[0][0], 0.25F, 1e-6F);
    EXPECT_NEAR(stem[1][0], -0.125F, 1e-6F);
  }
}

}  // namespace
}  // namespace divisi::separation::test
