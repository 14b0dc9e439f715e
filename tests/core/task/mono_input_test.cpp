#include "task/mono_input.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "audio/signals.h"

namespace divisi::test {
namespace {

using task::MonoInput;

constexpr int kModelRate = 22050;
enum class How { kExact, kQuick };

/// What comes out of a mono signal pushed in blocks.
std::vector<float> heard(const std::vector<float>& samples, int rate, How how, size_t block) {
  const StreamFormat format = {.sampleRate = rate, .channelCount = 1};
  auto input = how == How::kQuick ? MonoInput::createQuick(format, kModelRate)
                                  : MonoInput::create(format, kModelRate);
  EXPECT_TRUE(input.ok());
  for (size_t at = 0; at < samples.size(); at += block) {
    const float* const channel = samples.data() + at;
    const size_t frames = std::min(block, samples.size() - at);
    EXPECT_TRUE(input.value()->push({&channel, 1, frames}).ok());
    const auto ready = input.value()->ready().frames();
    EXPECT_EQ(ready, input.value()->timing().outputReady(at + frames));
  }
  EXPECT_TRUE(input.value()->finish().ok());
  const audio::SampleQueue& ready = input.value()->ready();
  return {ready.channel(0), ready.channel(0) + ready.frames()};
}

/// Sines up to 0.8 of the model's Nyquist frequency, with soft edges.
std::vector<float> chord(int rate, double seconds) {
  std::vector<float> samples(static_cast<size_t>(rate * seconds));
  for (size_t n = 0; n < samples.size(); ++n) {
    const double at = static_cast<double>(n) / rate;
    const double edge = std::min({1.0, at / 0.05, (seconds - at) / 0.05});
    for (const double hz : {40.0, 997.0, 5011.0, 8800.0}) {
      samples[n] += static_cast<float>(0.2 * edge * sineAt(hz, at, hz));
    }
  }
  return samples;
}

TEST(MonoInput, QuickHalvingIsExactWhereItSaysSo) {
  // -89 dB is what the filter lets through; the edges of the signal are not band-limited.
  for (const size_t frames : {size_t{44100}, size_t{44101}, size_t{12345}}) {
    std::vector<float> samples = chord(44100, 1);
    samples.resize(frames);
    const auto exact = heard(samples, 44100, How::kExact, 1000);
    const auto quick = heard(samples, 44100, How::kQuick, 1000);
    ASSERT_EQ(quick.size(), exact.size()) << frames;
    EXPECT_GT(snrDb(exact, quick, 100, exact.size() - 100), 75) << frames;
    EXPECT_EQ(quick, heard(samples, 44100, How::kQuick, 77)) << frames;
  }
}

TEST(MonoInput, OtherRatesAreExactAnyway) {
  const std::vector<float> samples = chord(48000, 0.5);
  EXPECT_EQ(heard(samples, 48000, How::kQuick, 512), heard(samples, 48000, How::kExact, 512));
}

TEST(MonoInput, ASingleFrameAndNothingHaveTheirLength) {
  for (const size_t frames : {size_t{0}, size_t{1}, size_t{2}, size_t{3}}) {
    const std::vector<float> samples(frames, 0.5F);
    EXPECT_EQ(heard(samples, 44100, How::kQuick, 1).size(), (frames + 1) / 2);
  }
}

}  // namespace
}  // namespace divisi::test
