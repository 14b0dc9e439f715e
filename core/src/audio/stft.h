// Stft: the short-time Fourier transform, one frame at a time, and its inverse.
//
//   auto stft = Stft::create(4096, 1024);
//   stft->forward(samples, spectrum);          // 4096 samples -> 2049 bins
//   stft->inverse(spectrum, frame);            // adds up to the signal when frames are overlapped
//
// Periodic Hann window, unnormalised forward transform (as tf.signal.stft). The inverse applies the
// same window again and scales so that frames `hop` apart add up to the signal where
// fftSize / hop of them overlap. Nothing is allocated after create(). One thread at a time.
#pragma once

#include <complex>
#include <memory>
#include <vector>

#include "audio/float_buffer.h"
#include "divisi/status.h"

struct kiss_fftr_state;

namespace divisi::audio {

/// w[n] = 0.5 - 0.5 cos(2 pi n / size).
std::vector<float> periodicHann(int size);

class Stft {
 public:
  /// @param fftSize even, 4 to 65536. @param hop a divisor of fftSize, at most a third of it: the
  /// squares of such windows add up to a constant.
  /// @return kUnsupported with the value, kOutOfMemory.
  static Result<std::unique_ptr<Stft>> create(int fftSize, int hop);
  ~Stft();
  Stft(const Stft&) = delete;
  Stft& operator=(const Stft&) = delete;

  [[nodiscard]] int fftSize() const { return fftSize_; }
  [[nodiscard]] int hop() const { return hop_; }
  [[nodiscard]] int bins() const { return fftSize_ / 2 + 1; }

  /// @param samples fftSize() of them. @param spectrum bins() of them.
  void forward(const float* samples, std::complex<float>* spectrum);

  /// @param spectrum bins() of them. @param frame fftSize() samples, windowed and scaled, to be
  /// added to the frames before and after it.
  void inverse(const std::complex<float>* spectrum, float* frame);

 private:
  Stft(int fftSize, int hop);

  int fftSize_;
  int hop_;
  kiss_fftr_state* forward_ = nullptr;
  kiss_fftr_state* inverse_ = nullptr;
  std::vector<float> analysis_;
  std::vector<float> synthesis_;
  std::vector<float> windowed_;
};

/// Adds overlapping frames of one channel and hands out what is complete.
class OverlapAdd {
 public:
  [[nodiscard]] bool create(int fftSize, int hop);
  /// Adds the next frame and writes the `hop` samples that it completes.
  void add(const float* frame, float* out);

 private:
  int fftSize_ = 0;
  int hop_ = 0;
  FloatBuffer sum_;
};

}  // namespace divisi::audio
