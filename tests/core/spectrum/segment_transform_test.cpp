#include "spectrum/segment_transform.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "audio/signals.h"

namespace divisi::audio {
namespace {

std::unique_ptr<SegmentTransform> makeTransform(const SegmentTransformOptions& options) {
  auto transform = SegmentTransform::create(options);
  EXPECT_TRUE(transform.ok()) << transform.status().message();
  return std::move(transform.value());
}

/// The sample that stands at `place` of a segment continued beyond its ends.
double padded(const std::vector<float>& samples, int64_t place, bool reflects) {
  const auto frames = static_cast<int64_t>(samples.size());
  if (place >= 0 && place < frames) return samples[static_cast<size_t>(place)];
  if (!reflects) return 0;
  while (place < 0 || place >= frames) place = place < 0 ? -place : 2 * (frames - 1) - place;
  return samples[static_cast<size_t>(place)];
}

double windowAt(const SegmentTransformOptions& options, int n) {
  const int place = n - (options.fftSize - options.windowSize) / 2;
  if (place < 0 || place >= options.windowSize) return 0;
  const double cosine = std::cos(2 * std::numbers::pi * place / options.windowSize);
  if (options.window == Window::kHann) return 0.5 - 0.5 * cosine;
  return options.window == Window::kHamming ? 0.54 - 0.46 * cosine : 1;
}

/// The definition, term by term, in double.
std::complex<double> binOf(const SegmentTransformOptions& options,
                           const std::vector<float>& samples, int64_t column, int bin) {
  std::complex<double> sum;
  for (int n = 0; n < options.fftSize; ++n) {
    const double sample =
        padded(samples, column * options.hop - options.leadFrames + n, options.reflects);
    const int64_t turn = static_cast<int64_t>(bin) * n % options.fftSize;
    const double angle = -2 * std::numbers::pi * static_cast<double>(turn) / options.fftSize;
    sum += windowAt(options, n) * sample * std::polar(1.0, angle);
  }
  return options.scaledByRoot ? sum / std::sqrt(options.fftSize) : sum;
}

const SegmentTransformOptions kCases[] = {
    // HTDemucs', at a 64th.
    {.frames = 500,
     .fftSize = 64,
     .hop = 16,
     .windowSize = 64,
     .scaledByRoot = true,
     .leadFrames = 24,
     .columns = 32,
     .fadesEdges = true},
    // Prime factors of 2, 3 and 5, an odd number of columns, centred.
    {.frames = 468, .fftSize = 60, .hop = 12, .windowSize = 60, .leadFrames = 30, .columns = 41},
    // A short window in a longer transform, zeros beyond the ends, a hop that divides nothing.
    {.frames = 333,
     .fftSize = 50,
     .hop = 7,
     .window = Window::kHamming,
     .windowSize = 40,
     .leadFrames = 25,
     .columns = 48,
     .reflects = false},
    {.frames = 40,
     .fftSize = 16,
     .hop = 16,
     .window = Window::kRectangular,
     .windowSize = 16,
     .leadFrames = 0,
     .columns = 3,
     .reflects = false},
    // Mirrored more than once.
    {.frames = 9, .fftSize = 32, .hop = 8, .windowSize = 32, .leadFrames = 8, .columns = 4},
};

TEST(SegmentTransform, AgreesWithTheDefinition) {
  for (const SegmentTransformOptions& options : kCases) {
    const auto transform = makeTransform(options);
    const auto frames = static_cast<size_t>(options.frames);
    const std::vector<float> channels[] = {test::noise(frames, 3), test::noise(frames, 4)};
    FloatBuffer spectrum(transform->spectrumFloats());
    transform->forward(channels[0].data(), channels[1].data(), spectrum.data());
    const auto* bins = reinterpret_cast<const StereoBin*>(spectrum.data());
    double signal = 0;
    double error = 0;
    for (size_t column = 0; column < transform->columns(); ++column) {
      for (size_t bin = 0; bin < transform->bins(); ++bin) {
        const StereoBin& got = bins[column * transform->bins() + bin];
        for (size_t c = 0; c < 2; ++c) {
          const std::complex<double> want =
              binOf(options, channels[c], static_cast<int64_t>(column), static_cast<int>(bin));
          signal += std::norm(want);
          error += std::norm(want - std::complex<double>(got.re[c], got.im[c]));
        }
      }
    }
    // SNR, at least 110 dB: float32 leaves some 130 dB.
    EXPECT_GE(10 * std::log10(signal / error), 110) << options.fftSize;
  }
}

TEST(SegmentTransform, ComesBack) {
  SegmentTransformOptions large{.frames = 40000,
                                .fftSize = 6144,
                                .hop = 1024,
                                .windowSize = 6144,
                                .leadFrames = 3072,
                                .columns = 40};
  SegmentTransformOptions larger = large;
  larger.fftSize = larger.windowSize = 7680;
  larger.scaledByRoot = true;
  for (const SegmentTransformOptions& options :
       {kCases[0], kCases[1], kCases[2], kCases[3], large, larger}) {
    const auto transform = makeTransform(options);
    const auto frames = static_cast<size_t>(options.frames);
    const std::vector<float> left = test::noise(frames, 3);
    const std::vector<float> right = test::noise(frames, 4);
    FloatBuffer spectrum(transform->spectrumFloats());
    transform->forward(left.data(), right.data(), spectrum.data());
    // Adds to what is there.
    std::vector<float> gotLeft(frames, 1.0F);
    std::vector<float> gotRight(frames, -1.0F);
    transform->inverse(spectrum.data(), gotLeft.data(), gotRight.data());
    for (float& value : gotLeft) value -= 1;
    for (float& value : gotRight) value += 1;
    // As if columns went on, the first and last frames lack some: those that all columns cover.
    const size_t edge = options.fadesEdges ? static_cast<size_t>(options.fftSize) : 0;
    // At least 100 dB: float32 leaves some 120 dB, a window sum that is wrong anywhere 40 dB.
    EXPECT_GE(test::snrDb(left, gotLeft, edge, frames - edge), 100) << options.fftSize;
    EXPECT_GE(test::snrDb(right, gotRight, edge, frames - edge), 100) << options.fftSize;
  }
}

TEST(SegmentTransform, EdgesFadeWhereColumnsAreMissing) {
  SegmentTransformOptions options = kCases[0];
  const auto transform = makeTransform(options);
  const std::vector<float> ones(500, 1.0F);
  FloatBuffer spectrum(transform->spectrumFloats());
  transform->forward(ones.data(), ones.data(), spectrum.data());
  std::vector<float> left(500);
  std::vector<float> right(500);
  transform->inverse(spectrum.data(), left.data(), right.data());
  // Column -1 would cover frames up to 24: the weights of the columns that are there, of 1.5.
  for (int n = 0; n < 500; ++n) {
    double sum = 0;
    for (int column = 0; column < 32; ++column) {
      const int place = n + 24 - 16 * column;
      if (place >= 0 && place < 64) sum += std::pow(windowAt(options, place), 2);
    }
    EXPECT_NEAR(left[static_cast<size_t>(n)], sum / 1.5, 1e-5) << n;
    EXPECT_NEAR(right[static_cast<size_t>(n)], sum / 1.5, 1e-5) << n;
  }
}

TEST(SegmentTransform, RefusesOddSizes) {
  auto transform = SegmentTransform::create(
      {.frames = 100, .fftSize = 15, .hop = 5, .windowSize = 15, .columns = 3});
  EXPECT_EQ(transform.status().code(), StatusCode::kUnsupported);
}

}  // namespace
}  // namespace divisi::audio
