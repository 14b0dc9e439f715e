#include "spectrum/stereo_spectrum.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "audio/signals.h"

namespace divisi::audio {
namespace {

std::vector<LaneBin> noiseSpectrum(size_t bins) {
  const std::vector<float> values = test::noise(8 * bins, 11);
  std::vector<LaneBin> spectrum(bins);
  for (size_t bin = 0; bin < bins; ++bin) {
    spectrum[bin] = {loadLanes(&values[8 * bin]), loadLanes(&values[8 * bin + 4])};
  }
  return spectrum;
}

TEST(StereoSpectrum, SplitsFramesAndChannels) {
  const std::vector<LaneBin> spectrum = noiseSpectrum(5);
  std::vector<StereoBin> first(5);
  std::vector<StereoBin> second(5);
  splitFrames(spectrum, first.data(), second.data());
  for (size_t bin = 0; bin < 5; ++bin) {
    for (size_t c = 0; c < 2; ++c) {
      EXPECT_EQ(first[bin].re[c], spectrum[bin].re[c]);
      EXPECT_EQ(first[bin].im[c], spectrum[bin].im[c]);
      EXPECT_EQ(second[bin].re[c], spectrum[bin].re[2 + c]);
      EXPECT_EQ(second[bin].im[c], spectrum[bin].im[2 + c]);
    }
  }
}

TEST(StereoSpectrum, MagnitudesOfOddAndEvenNumbersOfBins) {
  const std::vector<LaneBin> spectrum = noiseSpectrum(6);
  std::vector<StereoBin> frame(6);
  std::vector<StereoBin> other(6);
  splitFrames(spectrum, frame.data(), other.data());
  for (const size_t bins : {size_t{1}, size_t{5}, size_t{6}}) {
    std::vector<float> out(2 * bins + 2, -1.0F);
    const float peak = scaledMagnitudes(frame.data(), bins, 3, out.data());
    float largest = 0;
    for (size_t i = 0; i < 2 * bins; ++i) {
      const float want = 3 * std::hypot(frame[i / 2].re[i % 2], frame[i / 2].im[i % 2]);
      EXPECT_FLOAT_EQ(out[i], want) << "value " << i << " of " << bins << " bins";
      largest = std::max(largest, out[i]);
    }
    EXPECT_EQ(peak, largest);
    EXPECT_EQ(out[2 * bins], -1.0F) << "wrote past the last bin";
  }
  std::vector<StereoBin> silence(6);
  std::vector<float> out(12);
  EXPECT_EQ(scaledMagnitudes(silence.data(), 6, 3, out.data()), 0.0F);
}

TEST(StereoSpectrum, MasksEachBinOfEachFrameAndChannel) {
  const std::vector<LaneBin> spectrum = noiseSpectrum(9);
  std::vector<StereoBin> frames[2] = {std::vector<StereoBin>(9), std::vector<StereoBin>(9)};
  splitFrames(spectrum, frames[0].data(), frames[1].data());
  for (const size_t maskedBins : {size_t{5}, size_t{6}, size_t{9}}) {
    const std::vector<float> masks[2] = {test::noise(2 * maskedBins, 1),
                                         test::noise(2 * maskedBins, 2)};
    const std::array<float, 2> above[2] = {{0.25F, 0.5F}, {0.75F, 1.5F}};
    std::vector<LaneBin> masked(9);
    joinMasked({frames[0].data(), frames[1].data()},
               {FrameMask{masks[0].data(), above[0]}, FrameMask{masks[1].data(), above[1]}},
               maskedBins, masked);
    for (size_t bin = 0; bin < 9; ++bin) {
      for (size_t lane = 0; lane < kLanes; ++lane) {
        const size_t frame = lane / 2;
        const size_t c = lane % 2;
        const float mask = bin < maskedBins ? masks[frame][2 * bin + c] : above[frame][c];
        EXPECT_EQ(masked[bin].re[lane], mask * spectrum[bin].re[lane]);
        EXPECT_EQ(masked[bin].im[lane], mask * spectrum[bin].im[lane]);
      }
    }
  }
}

TEST(StereoSpectrum, AveragesAMaskPerChannel) {
  const std::vector<float> mask = {9, 9, 1, 10, 2, 20, 3, 60};
  EXPECT_EQ(meanMask(mask.data(), 1, 4), (std::array<float, 2>{2, 30}));
  EXPECT_EQ(meanMask(mask.data(), 2, 4), (std::array<float, 2>{2.5F, 40}));
}

}  // namespace
}  // namespace divisi::audio
