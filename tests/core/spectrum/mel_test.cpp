#include "spectrum/mel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "audio/signals.h"
#include "tagging/tagger_run.h"

namespace divisi::audio {
namespace {

/// All frames of a signal, pushed in blocks of `block` samples.
std::vector<float> melOf(const MelOptions& options, const std::vector<float>& samples,
                         size_t block) {
  auto mel = MelSpectrum::create(options);
  EXPECT_TRUE(mel.ok()) << mel.status().message();
  std::vector<float> frames;
  const auto pull = [&] {
    std::vector<float> frame(static_cast<size_t>(options.bands));
    while (mel.value()->pull(frame.data())) {
      frames.insert(frames.end(), frame.begin(), frame.end());
    }
  };
  for (size_t begin = 0; begin < samples.size(); begin += block) {
    EXPECT_TRUE(mel.value()->push(samples.data() + begin, std::min(block, samples.size() - begin)));
    pull();
  }
  EXPECT_TRUE(mel.value()->finish());
  pull();
  return frames;
}

TEST(MelSpectrum, AgreesWithLibrosa) {
  const std::vector<float> want = golden::read<float>("musicnn-mel/log-mel.f32");
  const std::vector<float> got = melOf({}, test::goldenMusicnnInput(), 4096);
  // The golden frames are the first 187 and those from 374 on, of 391.
  constexpr size_t kBands = 96;
  ASSERT_EQ(got.size(), 391 * kBands);
  ASSERT_EQ(want.size(), (187 + 391 - 374) * kBands);
  const float peak = *std::max_element(want.begin(), want.end());
  ASSERT_GT(peak, 6);
  float worst = 0;
  for (size_t i = 0; i < want.size(); ++i) {
    const size_t at = i < 187 * kBands ? i : i + (374 - 187) * kBands;
    worst = std::max(worst, std::abs(want[i] - got[at]));
  }
  // Largest error over the peak of the log-mel spectrum, at most 1e-4: float32 rounding gives
  // about 1e-6; another window, mel scale, norm or edge gives more than 1e-2.
  EXPECT_LE(worst / peak, 1e-4F);
  RecordProperty("worstOverPeak", std::to_string(worst / peak));
}

TEST(MelSpectrum, BlocksOfAnySizeGiveTheSameBits) {
  const std::vector<float> samples = test::noise(20011, 5);
  const std::vector<float> want = melOf({}, samples, samples.size());
  for (const size_t block : {size_t{1}, size_t{255}, size_t{256}, size_t{1000}}) {
    EXPECT_EQ(melOf({}, samples, block), want) << "blocks of " << block;
  }
}

TEST(MelSpectrum, GivesOneFrameForEachHopAndOneMore) {
  for (const size_t length : {size_t{1}, size_t{255}, size_t{256}, size_t{257}, size_t{2560}}) {
    EXPECT_EQ(melOf({}, test::noise(length, 1), 100).size(), (1 + length / 256) * 96);
  }
}

TEST(MelSpectrum, SilenceIsTheLogarithmOfTheOffset) {
  MelOptions options;
  options.logOffset = 0.01;
  for (const float value : melOf(options, std::vector<float>(3000), 500)) {
    EXPECT_FLOAT_EQ(value, -2);
  }
}

TEST(MelSpectrum, FiltersHaveAreaOneWhereTheyAreWiderThanABin) {
  MelOptions options;
  options.fftSize = 8192;
  options.bands = 40;
  const std::vector<MelFilter> filters = melFilters(options);
  ASSERT_EQ(filters.size(), 40U);
  for (const MelFilter& filter : filters) {
    const float sum = std::accumulate(filter.weights.begin(), filter.weights.end(), 0.0F);
    // The sum over bins of a triangle 60 bins wide or more; a triangle of height 1 gives over 100.
    EXPECT_NEAR(sum * 16000 / 8192, 1, 0.01);
  }
}

TEST(MelSpectrum, AnFftThatTheTransformCannotDoIsNamed) {
  MelOptions options;
  options.fftSize = 70000;
  const auto mel = MelSpectrum::create(options);
  ASSERT_FALSE(mel.ok());
  EXPECT_EQ(mel.status().code(), StatusCode::kUnsupported);
  EXPECT_NE(mel.status().message().find("70000"), std::string::npos) << mel.status().message();
}

}  // namespace
}  // namespace divisi::audio
