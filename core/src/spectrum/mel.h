// MelSpectrum: a stream of mono samples to frames of its log-mel spectrum.
//
//   void use(const std::vector<float>& frame);
//
//   bool analyse(MelSpectrum& mel, const MelOptions& options, std::span<const float> signal) {
//     std::vector<float> frame(static_cast<size_t>(options.bands));
//     if (!mel.push(signal.data(), signal.size())) return false;
//     if (!mel.finish()) return false;              // or push more, and pull in between
//     while (mel.pull(frame.data())) use(frame);
//     return true;
//   }
//
// Frame k is centred on sample k * hop; before the first sample and after the last there is
// silence. N samples so give 1 + N / hop frames, however they are divided into blocks. Same values
// as librosa.feature.melspectrogram (0.10 and later, defaults) and
// log10(logScale * x + logOffset) in float32. The mel scale is that of Slaney's Auditory Toolbox
// (Interval Research, technical report 1998-010).
// One thread at a time; allocates nothing after create() but the queue of samples, which is as long
// as what was pushed and not yet pulled.
#pragma once

#include <memory>
#include <vector>

#include "audio/sample_queue.h"
#include "divisi/status.h"
#include "spectrum/stft.h"

namespace divisi::audio {

struct MelOptions {
  int sampleRate = 16000;
  int fftSize = 512;
  int hop = 256;
  int bands = 96;
  double minHz = 0;
  double maxHz = 8000;
  double logScale = 10000;
  double logOffset = 1;
};

/// A triangle over neighbouring bins of a spectrum.
struct MelFilter {
  size_t firstBin = 0;
  std::vector<float> weights;
};

/// Slaney's mel scale (linear up to 1 kHz, then logarithmic), triangles of area 1 in Hz.
std::vector<MelFilter> melFilters(const MelOptions& options);

class MelSpectrum {
 public:
  /// @return kUnsupported (fftSize no multiple of 4, or too large), kOutOfMemory.
  static Result<std::unique_ptr<MelSpectrum>> create(const MelOptions& options);

  /// @return false when memory ran out.
  [[nodiscard]] bool push(const float* samples, size_t count);

  /// Says that the signal has ended.
  [[nodiscard]] bool finish() { return samples_.pushZeros(fftSize() / 2); }

  /// Computes the next frame. @return false when more samples are needed for it.
  [[nodiscard]] bool pull(float* frame);

 private:
  explicit MelSpectrum(const MelOptions& options) : options_(options) {}
  [[nodiscard]] size_t fftSize() const { return static_cast<size_t>(options_.fftSize); }
  /// Computes the next frames into bands_: as many as there are samples for, up to kLanes.
  void transform();
  [[nodiscard]] float compress(float power) const;

  MelOptions options_;
  std::unique_ptr<Stft> stft_;
  std::vector<MelFilter> filters_;
  std::vector<float> power_;  // [bin][lane]
  std::vector<float> bands_;  // [band][lane]
  size_t nextLane_ = 0;       // the first frame in bands_ that was not pulled
  size_t endLane_ = 0;
  SampleQueue samples_;
};

}  // namespace divisi::audio
