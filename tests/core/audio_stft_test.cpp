#include <gtest/gtest.h>

#include <complex>
#include <numbers>
#include <vector>

#include "audio/stft.h"
#include "audio_signals.h"

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

TEST(Stft, AgreesWithTheDefinition) {
  for (const int size : {16, 512, 4096}) {
    const std::vector<float> samples = test::noise(static_cast<size_t>(size), 7);
    std::vector<std::complex<float>> got(static_cast<size_t>(size) / 2 + 1);
    makeStft(size, size / 4)->forward(samples.data(), got.data());
    const std::vector<std::complex<double>> want = naiveTransform(samples);
    double signal = 0;
    double error = 0;
    for (size_t bin = 0; bin < want.size(); ++bin) {
      signal += std::norm(want[bin]);
      error += std::norm(want[bin] - std::complex<double>(got[bin]));
    }
    // SNR, at least 90 dB: float32 rounding in log2(4096) stages leaves about 135 dB; a wrong
    // window or a bin shifted by one leaves less than 10.
    EXPECT_GE(10 * std::log10(signal / error), 90) << "fftSize " << size;
  }
}

TEST(Stft, FramesAddUpToTheSignal) {
  struct Case {
    int fftSize;
    int hop;
  };
  for (const auto [fftSize, hop] :
       {Case{4096, 1024}, Case{512, 128}, Case{1024, 128}, Case{96, 32}}) {
    auto stft = makeStft(fftSize, hop);
    const size_t size = static_cast<size_t>(fftSize);
    const size_t step = static_cast<size_t>(hop);
    const std::vector<float> song = test::noise(20 * size, 3);
    std::vector<float> result(song.size());
    std::vector<std::complex<float>> spectrum(size / 2 + 1);
    std::vector<float> frame(size);
    OverlapAdd sum;
    ASSERT_TRUE(sum.create(fftSize, hop));
    for (size_t start = 0; start + size <= song.size(); start += step) {
      stft->forward(song.data() + start, spectrum.data());
      stft->inverse(spectrum.data(), frame.data());
      sum.add(frame.data(), result.data() + start);
    }
    // SNR where all overlapping frames exist, at least 120 dB: float32 rounding of a transform and
    // back leaves about 140 dB, and a wrong factor (2/3 for 75% overlap) not even 10.
    EXPECT_GE(test::snrDb(song, result, size, song.size() - 2 * size), 120)
        << fftSize << " / " << hop;
  }
}

TEST(Stft, SilenceStaysExactSilence) {
  auto stft = makeStft(256, 64);
  const std::vector<float> silence(256);
  std::vector<std::complex<float>> spectrum(129);
  std::vector<float> frame(256, 1.0F);
  stft->forward(silence.data(), spectrum.data());
  stft->inverse(spectrum.data(), frame.data());
  for (const float sample : frame) EXPECT_EQ(sample, 0.0F);
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
