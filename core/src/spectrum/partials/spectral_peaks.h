// SpectralPeaks: the partials that stand out of a stream of mono samples, as frequency and
// amplitude.
//
//   void use(std::span<const SpectralPeak> peaks);
//
//   bool analyse(SpectralPeaks& finder, std::span<const float> signal) {
//     if (!finder.push(signal.data(), signal.size())) return false;   // or block by block
//     if (!finder.finish()) return false;
//     while (finder.next()) use(finder.peaks());
//     return true;
//   }
//
// Local maxima of a Hann-windowed spectrum in decibels, each placed between bins by the parabola
// through it and its neighbours (Smith and Serra, "PARSHL", ICMC 1987). Frame k is centred on
// sample k * hop; outside the signal there is silence. N samples give 1 + N / hop frames. One
// thread at a time.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "audio/sample_queue.h"
#include "divisi/status.h"
#include "spectrum/stft.h"

namespace divisi::audio {

struct SpectralPeak {
  float hz;
  float level;  ///< dB of a sine of amplitude 1
};

struct SpectralPeakOptions {
  int sampleRate = 22050;
  int fftSize = 8192;
  int hop = 4096;
  double minHz = 60;
  double maxHz = 2000;
  float rangeDb = 40;  ///< peaks further below the frame's highest are left out
};

class SpectralPeaks {
 public:
  /// @return kUnsupported (fftSize), kOutOfMemory.
  static Result<std::unique_ptr<SpectralPeaks>> create(const SpectralPeakOptions& options = {});

  [[nodiscard]] double hopSeconds() const {
    return static_cast<double>(options_.hop) / options_.sampleRate;
  }

  /// @return false when memory ran out.
  [[nodiscard]] bool push(const float* samples, size_t count);
  /// Says that the signal has ended.
  [[nodiscard]] bool finish() {
    return samples_.pushZeros(static_cast<size_t>(options_.fftSize) / 2);
  }

  /// Goes on to the next frame. @return false when more samples are needed for it.
  [[nodiscard]] bool next();
  /// Of the frame; none in silence.
  [[nodiscard]] std::span<const SpectralPeak> peaks() const { return peaks_; }

 private:
  explicit SpectralPeaks(const SpectralPeakOptions& options) : options_(options) {}
  void transform();
  void find(size_t lane);

  const SpectralPeakOptions options_;
  std::unique_ptr<Stft> stft_;
  SampleQueue samples_;
  std::vector<float> levels_;  // of a frame's bins from firstBin_ - 1 on
  size_t firstBin_ = 0;
  size_t endBin_ = 0;
  size_t nextLane_ = 0;
  size_t endLane_ = 0;
  std::vector<SpectralPeak> peaks_;
};

}  // namespace divisi::audio
