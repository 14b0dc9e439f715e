// LogFilterbank: a stream of mono samples to frames of a logarithmic filter bank, and by how much
// each band has risen since the frame before.
//
//   void use(std::span<const float> frame);
//
//   bool analyse(LogFilterbank& bank, std::span<const float> signal) {
//     std::vector<float> frame(2 * bank.bands());   // the bands, then their rises
//     if (!bank.push(signal.data(), signal.size())) return false;
//     if (!bank.finish()) return false;             // or push more, and pull in between
//     while (bank.pull(frame.data())) use(frame);
//     return true;
//   }
//
// Frame k is centred on sample k * hop, and N samples give N / hop frames, rounded up; beyond both
// ends there is silence. The values are those of madmom's filtered spectrogram difference (Böck et
// al., "madmom: a new Python audio and music signal processing library", ACM Multimedia 2016), on
// which BeatNet was trained: log10(1 + the sum of magnitudes under a triangle of area 1).
//
// The Fourier transform is of exactly fftSize samples, for any fftSize: eight frames at once, two
// in each lane's real and imaginary parts, since sizes with large prime factors are slow. One
// thread at a time; allocates nothing after create() but the queue of samples.
#pragma once

#include <memory>
#include <vector>

#include "audio/sample_queue.h"
#include "base/lanes.h"
#include "divisi/status.h"
#include "spectrum/log_filterbank_options.h"

struct kiss_fft_state;

namespace divisi::audio {

class LogFilterbank {
 public:
  /// Frames that the transform computes at once.
  static constexpr size_t kFrames = 2 * kLanes;
  /// Precondition: the options have corners for at least one band.
  /// @param framesAtOnce frames that become ready together, but at the end: 1 to kFrames. Fewer
  /// come sooner, and each costs more. @return kOutOfMemory.
  static Result<std::unique_ptr<LogFilterbank>> create(const LogFilterbankOptions& options,
                                                       size_t framesAtOnce = kFrames);
  ~LogFilterbank();
  LogFilterbank(const LogFilterbank&) = delete;
  LogFilterbank& operator=(const LogFilterbank&) = delete;

  [[nodiscard]] size_t bands() const { return filters_.size(); }
  /// @return false when memory ran out.
  [[nodiscard]] bool push(const float* samples, size_t count);
  /// Says that the signal has ended.
  [[nodiscard]] bool finish();
  /// Computes the next frame: 2 * bands() numbers. @return false when more samples are needed.
  [[nodiscard]] bool pull(float* frame);
  /// Leaves out the frames that become ready together next, without computing them; the first one
  /// after them has no rises. Precondition: what was ready has been pulled.
  /// @return false when more samples are needed.
  [[nodiscard]] bool drop();

 private:
  struct Filter {
    size_t firstBin = 0;
    std::vector<float> weights;
  };

  LogFilterbank(const LogFilterbankOptions& options, size_t framesAtOnce)
      : options_(options), framesAtOnce_(framesAtOnce) {}
  void makeFilters();
  /// Computes the bands of the next frames: as many as there are samples for, up to framesAtOnce_.
  void transform();
  /// Magnitudes of a bin in the frames of the real parts, and in those of the imaginary ones.
  void splitBin(size_t bin);
  [[nodiscard]] size_t fftSize() const { return static_cast<size_t>(options_.fftSize); }
  [[nodiscard]] size_t hop() const { return static_cast<size_t>(options_.hop); }

  struct Bin {
    Lanes re;
    Lanes im;
  };

  const LogFilterbankOptions options_;
  const size_t framesAtOnce_;
  kiss_fft_state* transform_ = nullptr;
  std::vector<float> window_;  // times the gain
  std::vector<Filter> filters_;
  std::vector<Bin> samples_;
  std::vector<Bin> spectrum_;
  std::vector<float> magnitudes_;  // [bin][frame of kFrames]
  std::vector<float> levels_;      // [band][frame of kFrames]
  std::vector<float> last_;        // of each band, in the frame before
  bool knowsLast_ = false;         // whether that frame was computed
  size_t nextFrame_ = 0;           // the first in levels_ that was not pulled
  size_t endFrame_ = 0;
  uint64_t pushed_ = 0;  // samples
  uint64_t frames_ = 0;  // computed
  bool finished_ = false;
  SampleQueue queue_;
};

}  // namespace divisi::audio
