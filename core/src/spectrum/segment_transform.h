// SegmentTransform: the spectrum of a whole segment of two channels, and back, for any transform
// size, hop, window and padding.
//
//   Status halve(SegmentTransform& transform, const float* left, const float* right, float* l,
//                float* r) {
//     FloatBuffer spectrum(transform.spectrumFloats());    // [columns][bins] of StereoBin
//     if (!spectrum) return {StatusCode::kOutOfMemory, "no memory for a spectrum"};
//     transform.forward(left, right, spectrum.data());
//     for (float& value : spectrum.span()) value *= 0.5F;
//     transform.inverse(spectrum.data(), l, r);            // adds to what is there
//     return {};
//   }
//
// Column c is the spectrum of the frames from c * hop - leadFrames on. So leadFrames of half the
// transform size is what torch.stft calls centred. The inverse divides by the sum of the squared
// windows (Griffin and Lim, "Signal estimation from modified short-time Fourier transform", IEEE
// Transactions on Acoustics, Speech, and Signal Processing, 1984), as torch.istft does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/float_buffer.h"
#include "divisi/status.h"
#include "spectrum/stereo_spectrum.h"
#include "spectrum/stft.h"

namespace divisi::audio {

enum class Window { kHann, kHamming, kRectangular };

struct SegmentTransformOptions {
  int64_t frames = 0;  ///< of a segment
  int fftSize = 0;     ///< even
  int hop = 0;
  Window window = Window::kHann;  ///< periodic
  int windowSize = 0;             ///< at most fftSize; a shorter window lies in the middle
  bool scaledByRoot = false;      ///< spectra are divided by the root of fftSize
  int64_t leadFrames = 0;         ///< at least 0, below frames
  int64_t columns = 0;
  bool reflects = true;     ///< beyond its ends the segment is mirrored; else silent
  bool fadesEdges = false;  ///< the inverse divides as if columns went on beyond the first and last
};

class SegmentTransform {
 public:
  /// @return kUnsupported with the value, kOutOfMemory.
  static Result<std::unique_ptr<SegmentTransform>> create(const SegmentTransformOptions& options);

  [[nodiscard]] size_t columns() const { return static_cast<size_t>(options_.columns); }
  [[nodiscard]] size_t bins() const { return stft_->spectrum().size(); }
  /// Floats of [columns][bins] of StereoBin.
  [[nodiscard]] size_t spectrumFloats() const {
    return columns() * bins() * (sizeof(StereoBin) / sizeof(float));
  }

  /// @param left, right the segment's frames; may be the same.
  void forward(const float* left, const float* right, float* spectrum);
  /// Adds to the frames of a segment.
  void inverse(const float* spectrum, float* left, float* right);

 private:
  explicit SegmentTransform(const SegmentTransformOptions& options) : options_(options) {}
  void pad(const float* samples, float* padded) const;
  [[nodiscard]] std::vector<float> envelope(const std::vector<double>& window) const;

  const SegmentTransformOptions options_;
  std::unique_ptr<Stft> stft_;
  size_t paddedFrames_ = 0;
  FloatBuffer padded_;             // [2][paddedFrames_]
  FloatBuffer synthesised_;        // [4][fftSize]
  std::vector<float> reciprocal_;  // of the squared windows' sum, a frame of the segment each
};

}  // namespace divisi::audio
