// Stft: the short-time Fourier transform of four frames at once, and its inverse.
//
//   void filter(Stft& stft, const float* left, const float* right, float* const* out) {
//     // Two frames of two channels, `hop` apart: fftSize samples each.
//     const int hop = stft.hop();
//     stft.forward({left, right, left + hop, right + hop});
//     for (LaneBin& bin : stft.spectrum()) bin = {bin.re * bin.re, bin.im * bin.im};
//     // Adds up to the signal when frames are overlapped (OverlapAdd).
//     stft.inverse({out[0], out[1], out[2], out[3]});
//   }
//
// By default a periodic Hann window, unnormalised forward transform (as tf.signal.stft). Short-time
// analysis and synthesis by overlap-add after Allen and Rabiner ("A unified approach to short-time
// Fourier analysis and synthesis", Proceedings of the IEEE, 1977): the inverse applies the same
// window again and scales so that frames `hop` apart add up to the signal where fftSize / hop of
// them overlap. Four frames take little longer than one, and what comes out of a lane does not
// depend on the other three. Nothing is allocated after create(). One thread at a time.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "base/float_buffer.h"
#include "base/lanes.h"
#include "divisi/status.h"

struct kiss_fftr_state;

namespace divisi::audio {

/// w[n] = 0.5 - 0.5 cos(2 pi n / size).
std::vector<float> periodicHann(int size);

/// A bin of four spectra.
struct LaneBin {
  Lanes re;
  Lanes im;
};

class Stft {
 public:
  /// @param fftSize even, 4 to 65536. @param hop a divisor of fftSize, at most a third of it: the
  /// squares of such windows add up to a constant.
  /// @return kUnsupported with the value, kOutOfMemory.
  static Result<std::unique_ptr<Stft>> create(int fftSize, int hop);
  /// With windows of the caller's: forward() weights samples by `analysis`, inverse() what the
  /// unnormalised inverse gives by `synthesis`. @param analysis, synthesis fftSize values each.
  /// @param hop only for hop(). @return as above.
  static Result<std::unique_ptr<Stft>> create(std::vector<float> analysis,
                                              std::vector<float> synthesis, int hop);
  ~Stft();
  Stft(const Stft&) = delete;
  Stft& operator=(const Stft&) = delete;

  [[nodiscard]] int fftSize() const { return fftSize_; }
  [[nodiscard]] int hop() const { return hop_; }
  [[nodiscard]] int bins() const { return fftSize_ / 2 + 1; }

  /// bins() of them: what forward() made, and what inverse() takes.
  [[nodiscard]] std::span<LaneBin> spectrum() { return spectrum_; }

  /// @param samples fftSize() for each lane; the same address may be given twice.
  void forward(const std::array<const float*, kLanes>& samples);

  /// @param frames fftSize() for each lane, windowed and scaled, to be added to the frames before
  /// and after it.
  void inverse(const std::array<float*, kLanes>& frames);

 private:
  Stft(int fftSize, int hop);

  int fftSize_;
  int hop_;
  kiss_fftr_state* forward_ = nullptr;
  kiss_fftr_state* inverse_ = nullptr;
  std::vector<float> analysis_;
  std::vector<float> synthesis_;
  std::vector<LaneBin> samples_;  // fftSize / 2: the real part is the even sample
  std::vector<LaneBin> spectrum_;
};

/// Adds overlapping frames of one channel and hands out what is complete.
class OverlapAdd {
 public:
  [[nodiscard]] bool create(int fftSize, int hop);
  /// Adds the next frame and writes the `hop` samples that it completes.
  void add(const float* frame, float* out);

 private:
  size_t fftSize_ = 0;
  size_t hop_ = 0;
  FloatBuffer sum_;  // [fftSize - hop]
};

}  // namespace divisi::audio
