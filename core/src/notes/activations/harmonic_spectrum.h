// HarmonicSpectrum: what a network for notes sees of a window of audio: its constant-Q spectrum in
// decibels, from the window's quietest bin to its loudest, once for each harmonic, so that what
// belongs to a pitch lies on top of each other.
//
//   bool show(HarmonicSpectrum& spectrum, const float* window, FloatBuffer& seen) {
//     seen = FloatBuffer(spectrum.size());
//     if (!seen) return false;
//     spectrum.compute(window, seen.data());   // options.frames samples
//     return true;
//   }
//
// The transform is that of nnAudio's CQT2010v2 (Cheuk, Anderson, Agres and Herremans, IEEE Access
// 2020), which basic-pitch has inside its graph: the kernels of one octave serve all, each at half
// the rate of the one above, with mirrored edges. Kernels are as short as their tones here, which
// saves a third of the products.
//
// One thread at a time; allocates nothing after create().
#pragma once

#include <memory>
#include <vector>

#include "base/float_buffer.h"
#include "divisi/status.h"
#include "notes/activations/notes_document.h"

namespace divisi::notes {

class HarmonicSpectrum {
 public:
  /// @return kUnsupported (bins too low, too high or too narrow), kOutOfMemory.
  static Result<std::unique_ptr<HarmonicSpectrum>> create(const HarmonicSpectrumOptions& options);

  /// Numbers of a result: [columns][bins][harmonics].
  [[nodiscard]] size_t size() const {
    return options_.columns * options_.bins * options_.harmonics.size();
  }

  /// @param window options.frames samples. @param seen size() numbers.
  void compute(const float* window, float* seen);

 private:
  explicit HarmonicSpectrum(const HarmonicSpectrumOptions& options) : options_(options) {}

  /// A tone of the highest octave under its window.
  struct Kernel {
    size_t start = 0;              // within the transform's length
    std::vector<float> values[2];  // real and imaginary part; a multiple of four
  };

  [[nodiscard]] Status makeKernels();
  void makeLowPass();
  void transform(size_t octave, size_t frames);
  [[nodiscard]] size_t halve(size_t frames);
  void normalise();
  void stack(float* seen) const;

  const HarmonicSpectrumOptions options_;
  std::vector<Kernel> kernels_;  // of an octave's bins
  std::vector<float> lengths_;   // of each bin's window at the first rate
  std::vector<float> evenTaps_;  // of the low-pass
  std::vector<float> oddTaps_;
  std::vector<std::ptrdiff_t> shifts_;  // of each harmonic, in bins
  FloatBuffer signal_;                  // of an octave, with room for its mirrored ends
  FloatBuffer even_;                    // every other sample of it, with silence at both ends
  FloatBuffer odd_;
  FloatBuffer levels_;  // [columns][spectrumBins]
};

}  // namespace divisi::notes
