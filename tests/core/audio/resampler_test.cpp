#include "audio/resampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "audio/signals.h"

namespace divisi::audio {
namespace {

constexpr int kModelRate = 44100;
constexpr std::array kRates = {8000, 11025, 22050, 32000, 48000, 88200, 96000, 192000};

std::unique_ptr<Resampler> makeResampler(int channelCount, int inRate, int outRate) {
  auto resampler = Resampler::create(channelCount, inRate, outRate);
  EXPECT_TRUE(resampler.ok()) << resampler.status().message();
  return std::move(resampler.value());
}

std::vector<float> taken(SampleQueue& queue, int channel) {
  const float* samples = queue.channel(channel);
  return {samples, samples + queue.frames()};
}

/// Resamples a whole mono signal in blocks of `block` frames.
std::vector<float> resample(const std::vector<float>& in, int inRate, int outRate,
                            size_t block = 1U << 20U) {
  auto resampler = makeResampler(1, inRate, outRate);
  SampleQueue queue;
  EXPECT_TRUE(queue.reserve(1, 1024));
  const float* channels[] = {in.data()};
  for (size_t offset = 0; offset < in.size(); offset += block) {
    EXPECT_TRUE(resampler->push(channels, offset, std::min(block, in.size() - offset), queue).ok());
  }
  EXPECT_TRUE(resampler->finish(resampledLength(in.size(), inRate, outRate), queue).ok());
  return taken(queue, 0);
}

std::vector<float> sine(double hz, int rate, double seconds) {
  std::vector<float> samples(static_cast<size_t>(seconds * rate));
  for (size_t n = 0; n < samples.size(); ++n) {
    samples[n] = static_cast<float>(test::sineAt(hz, static_cast<double>(n) / rate, 0.7));
  }
  return samples;
}

double sineErrorDb(double hz, int inRate, int outRate) {
  const std::vector<float> got = resample(sine(hz, inRate, 0.6), inRate, outRate);
  std::vector<double> want(got.size());
  for (size_t n = 0; n < want.size(); ++n) {
    want[n] = test::sineAt(hz, static_cast<double>(n) / outRate, 0.7);
  }
  // The first and last 50 ms are the transition from and to the silence around the tone.
  const auto edge = static_cast<size_t>(outRate / 20);
  return -test::snrDb(want, got, edge, want.size() - edge);
}

TEST(Resampler, TonesComeOutWhereTheyAre) {
  for (const int rate : kRates) {
    for (const auto& [inRate, outRate] :
         {std::pair{rate, kModelRate}, std::pair{kModelRate, rate}}) {
      const double nyquist = std::min(inRate, outRate) / 2.0;
      for (const double share : {0.01, 0.2, 0.5, 0.8, 0.9}) {
        // Error against the sine itself at the output's instants, at most -80 dB of the tone: below
        // 16-bit noise relative to full scale for a mix's quieter parts; measured -117 dB. A delay
        // of a hundredth of a sample at 0.9 Nyquist would already be -31 dB.
        EXPECT_LE(sineErrorDb(share * nyquist, inRate, outRate), -80)
            << share * nyquist << " Hz, " << inRate << " -> " << outRate;
      }
    }
  }
}

TEST(Resampler, NothingFoldsBackFromAboveTheNewNyquist) {
  for (const int rate : {48000, 96000, 192000}) {
    for (const double hz : {22550.0, 23500.0}) {
      const std::vector<float> got = resample(sine(hz, rate, 0.6), rate, kModelRate);
      const size_t edge = kModelRate / 20;
      const double meanSquare =
          test::energy(got.data() + edge, got.size() - 2 * edge) / static_cast<double>(got.size());
      // At most -100 dB of a tone of power 1/2: measured -121 dB.
      EXPECT_LE(10 * std::log10(meanSquare / 0.5 + 1e-30), -100) << hz << " Hz at " << rate;
    }
  }
}

TEST(Resampler, EveryLengthComesOutExactly) {
  for (const int rate : {8000, 22050, 44100, 48000, 96000, 192000, 44056}) {
    for (const size_t length : {0, 1, 2, 3, 159, 160, 161, 1023, 1024, 1025, 44099, 44100, 50021}) {
      const std::vector<float> song = test::noise(length, 5);
      const std::vector<float> there = resample(song, rate, kModelRate);
      EXPECT_EQ(there.size(), resampledLength(length, rate, kModelRate)) << rate;
      EXPECT_GE(resampledLength(there.size(), kModelRate, rate), length) << rate;
    }
  }
  EXPECT_EQ(resampledLength(48000, 48000, 44100), 44100U);
  EXPECT_EQ(resampledLength(1, 48000, 44100), 1U);
  // An hour and a day at the highest rate: no overflow.
  EXPECT_EQ(resampledLength(uint64_t{192000} * 86400, 192000, 44100), uint64_t{44100} * 86400);
}

TEST(Resampler, BlocksDoNotMatter) {
  for (const auto& [inRate, outRate] : {std::pair{48000, 44100}, std::pair{44100, 48000},
                                        std::pair{8000, 44100}, std::pair{44100, 44100}}) {
    const std::vector<float> song = test::noise(9001, 11);
    const std::vector<float> whole = resample(song, inRate, outRate);
    for (const size_t block : {1, 7, 128, 160, 4096}) {
      EXPECT_EQ(resample(song, inRate, outRate, block), whole) << inRate << " in " << block;
    }
  }
}

TEST(Resampler, ChannelsStayApart) {
  constexpr int kChannels = 8;
  std::vector<std::vector<float>> song;
  std::vector<const float*> pointers;
  for (uint64_t c = 0; c < kChannels; ++c) {
    song.push_back(c == 3 ? std::vector<float>(6000) : test::noise(6000, c));
  }
  for (const auto& channel : song) pointers.push_back(channel.data());
  auto resampler = makeResampler(kChannels, 48000, kModelRate);
  SampleQueue queue;
  ASSERT_TRUE(queue.reserve(kChannels, 64));
  ASSERT_TRUE(resampler->push(pointers.data(), 0, 6000, queue).ok());
  ASSERT_TRUE(resampler->finish(resampledLength(6000, 48000, kModelRate), queue).ok());
  for (int c = 0; c < kChannels; ++c) {
    EXPECT_EQ(taken(queue, c), resample(song[static_cast<size_t>(c)], 48000, kModelRate)) << c;
  }
  EXPECT_EQ(test::energy(queue.channel(3), queue.frames()), 0);
}

TEST(Resampler, SaysHowMuchInputAFrameNeeds) {
  for (const auto& [inRate, outRate] : {std::pair{48000, 44100}, std::pair{44100, 48000},
                                        std::pair{192000, 44100}, std::pair{44100, 44100}}) {
    for (const uint64_t wanted : {1, 2, 100, 4097}) {
      auto resampler = makeResampler(1, inRate, outRate);
      const auto needed = static_cast<size_t>(resampler->timing().inputNeeded(wanted));
      const std::vector<float> song(needed);
      const float* channels[] = {song.data()};
      SampleQueue queue;
      ASSERT_TRUE(queue.reserve(1, 64));
      ASSERT_TRUE(resampler->push(channels, 0, needed - 1, queue).ok());
      EXPECT_LT(queue.frames(), wanted) << inRate << " -> " << outRate;
      ASSERT_TRUE(resampler->push(channels, 0, 1, queue).ok());
      EXPECT_GE(queue.frames(), wanted) << inRate << " -> " << outRate;
    }
  }
}

}  // namespace
}  // namespace divisi::audio
