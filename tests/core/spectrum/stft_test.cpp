#include "spectrum/stft.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "audio/signals.h"

namespace divisi::audio {
namespace {

std::unique_ptr<Stft> makeStft(int fftSize, int hop) {
  auto stft = Stft::create(fftSize, hop);
  EXPECT_TRUE(stft.ok()) << stft.status().message();
  return std::move(stft.value());
}

/// The definition, term by term, in double.
std::vector<std::complex<double>> naiveTransform(const std::vector<float>& samples) {
  const size_t size = samples.size();
  std::vector<std::complex<double>> result(size / 2 + 1);
  for (size_t bin = 0; bin < result.size(); ++bin) {
    for (size_t n = 0; n < size; ++n) {
      const double turn = static_cast<double>(n) / static_cast<double>(size);
      const double window = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * turn);
      const double angle =
          -2 * std::numbers::pi * static_cast<double>(bin * n % size) / static_cast<double>(size);
      result[bin] += window * static_cast<double>(samples[n]) *
                     std::complex<double>(std::cos(angle), std::sin(angle));
    }
  }
  return result;
}

TEST(Stft, AgreesWithTheDefinitionInEveryLane) {
  // 18 is no multiple of four: the last samples of its window go another way.
  for (const int size : {16, 18, 512, 4096}) {
    std::array<std::vector<float>, kLanes> samples;
    std::array<const float*, kLanes> pointers;
    for (size_t lane = 0; lane < kLanes; ++lane) {
      samples[lane] = test::noise(static_cast<size_t>(size), 7 + lane);
      pointers[lane] = samples[lane].data();
    }
    auto stft = makeStft(size, size % 4 == 0 ? size / 4 : size / 3);
    stft->forward(pointers);
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const std::vector<std::complex<double>> want = naiveTransform(samples[lane]);
      double signal = 0;
      double error = 0;
      for (size_t bin = 0; bin < want.size(); ++bin) {
        const LaneBin& lanes = stft->spectrum()[bin];
        const std::complex<double> got(lanes.re[lane], lanes.im[lane]);
        signal += std::norm(want[bin]);
        error += std::norm(want[bin] - got);
      }
      // SNR, at least 90 dB: float32 rounding in log2(4096) stages leaves about 135 dB; a wrong
      // window or a bin shifted by one leaves less than 10.
      EXPECT_GE(10 * std::log10(signal / error), 90) << "fftSize " << size << ", lane " << lane;
    }
  }
}

TEST(Stft, FramesAddUpToTheSignal) {
  struct Case {
    int fftSize;
    int hop;
  };
  for (const auto [fftSize, hop] :
       {Case{4096, 1024}, Case{512, 128}, Case{1024, 128}, Case{96, 32}, Case{18, 6}}) {
    auto stft = makeStft(fftSize, hop);
    const size_t size = static_cast<size_t>(fftSize);
    const size_t step = static_cast<size_t>(hop);
    const std::vector<float> song = test::noise(20 * size, 3);
    std::vector<float> result(song.size());
    std::vector<float> frames(kLanes * size);
    float* out = frames.data();
    OverlapAdd sum;
    ASSERT_TRUE(sum.create(fftSize, hop));
    for (size_t start = 0; start + size + 3 * step <= song.size(); start += kLanes * step) {
      const float* samples = song.data() + start;
      stft->forward({samples, samples + step, samples + 2 * step, samples + 3 * step});
      stft->inverse({out, out + size, out + 2 * size, out + 3 * size});
      for (size_t lane = 0; lane < kLanes; ++lane) {
        sum.add(out + lane * size, result.data() + start + lane * step);
      }
    }
    // SNR where all overlapping frames exist, at least 120 dB: float32 rounding of a transform and
    // back leaves about 140 dB, and a wrong factor (2/3 for 75% overlap) not even 10.
    EXPECT_GE(test::snrDb(song, result, size, song.size() - 3 * size), 120)
        << fftSize << " / " << hop;
  }
}

TEST(Stft, ALaneDoesNotDependOnTheOthers) {
  auto stft = makeStft(256, 64);
  const std::vector<float> samples = test::noise(256, 5);
  const std::vector<float> other = test::noise(256, 6, 1000);
  const std::vector<float> silence(256);
  std::vector<float> frames(size_t{4} * 256, 1.0F);
  float* out = frames.data();
  const auto transform = [&](const std::vector<float>& second) {
    stft->forward({silence.data(), second.data(), samples.data(), second.data()});
    stft->inverse({out, out + 256, out + 512, out + 768});
    return std::vector<float>(out + 512, out + 768);
  };
  // Bit for bit: with whom a frame is transformed depends on the blocks in which audio arrives.
  EXPECT_EQ(transform(other), transform(samples));
  // And silence stays exact silence beside them.
  for (size_t n = 0; n < 256; ++n) EXPECT_EQ(out[n], 0.0F);
}

TEST(Stft, RefusesWindowsThatDoNotAddUp) {
  for (const auto& [fftSize, hop] : std::vector<std::pair<int, int>>{
           {4095, 1024}, {4096, 1000}, {4096, 2048}, {4096, 0}, {2, 1}, {1 << 20, 1024}}) {
    auto stft = Stft::create(fftSize, hop);
    ASSERT_FALSE(stft.ok()) << fftSize << " / " << hop;
    EXPECT_EQ(stft.status().code(), StatusCode::kUnsupported);
  }
  EXPECT_NE(Stft::create(4096, 1000).status().message().find("got 1000"), std::string::npos);
}

}  // namespace
}  // namespace divisi::audio
