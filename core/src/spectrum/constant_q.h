// ConstantQ: a stream of mono samples to rows of its constant-Q spectrum, whose bins lie at equal
// steps of pitch.
//
//   void use(std::span<const float> magnitudes);
//
//   bool analyse(ConstantQ& transform, std::span<const float> signal) {
//     std::vector<float> row(transform.bins());
//     if (!transform.push(signal.data(), signal.size())) return false;   // or block by block
//     if (!transform.finish()) return false;
//     while (transform.pull(row.data())) use(row);
//     return true;
//   }
//
// After Brown, "Calculation of a constant Q spectral transform", JASA 1991, and Schörkhuber and
// Klapuri, "Constant-Q transform toolbox for music processing", SMC 2010: one set of kernels in the
// frequency domain serves every octave, each at half the rate of the one above. Kernels, scale and
// the share of each that is left out are those of librosa 0.10's `cqt` (norm 1, sparsity 0.01,
// scaled), which the catalogue's chord network was trained on.
//
// Row k is centred on sample k * hop; outside the signal there is silence. N samples give N / hop
// rows, rounded down. One thread at a time; allocates nothing after create() but the queues.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "audio/halfband_decimator.h"
#include "audio/sample_queue.h"
#include "divisi/status.h"
#include "spectrum/stft.h"

namespace divisi::audio {

struct ConstantQOptions {
  int sampleRate = 44100;
  int hop = 4096;  ///< samples; a multiple of 2 to the power of `octaves`
  double minHz = 32.70319566257483;
  int octaves = 7;
  int binsPerOctave = 36;
  double tuningCents = 0;  ///< by how much all bins lie higher
};

class ConstantQ {
 public:
  /// @return kUnsupported (a hop that octaves cannot share, or bins too narrow for the transform or
  /// too high for the rate), kOutOfMemory.
  static Result<std::unique_ptr<ConstantQ>> create(const ConstantQOptions& options);

  [[nodiscard]] size_t bins() const { return gains_.size(); }

  /// @return false when memory ran out.
  [[nodiscard]] bool push(const float* samples, size_t count);
  /// Says that the signal has ended.
  [[nodiscard]] bool finish();

  /// Computes the next row: bins() magnitudes, lowest first. @return false when more samples are
  /// needed for it.
  [[nodiscard]] bool pull(float* row);

 private:
  explicit ConstantQ(const ConstantQOptions& options) : options_(options) {}

  struct Octave {
    HalfbandDecimator decimator;
    SampleQueue samples;  // begins where the next row's window does
    size_t passed = 0;    // of `samples`, to the next octave
    uint64_t dropped = 0;
    size_t hop = 0;
  };
  struct Weight {
    size_t bin;
    float re;
    float im;
  };

  [[nodiscard]] Status makeKernels();
  [[nodiscard]] Status makeOctaves();
  [[nodiscard]] bool cascade();
  /// What is new in an octave goes to the one below.
  [[nodiscard]] bool passOn(size_t octave);
  [[nodiscard]] size_t rowsReady() const;
  void transform(size_t rows);

  const ConstantQOptions options_;
  std::vector<Weight> weights_;    // of all kernels, highest octave's
  std::vector<size_t> kernelEnd_;  // behind each kernel's weights
  std::vector<float> gains_;       // of each bin
  std::unique_ptr<Stft> stft_;
  std::vector<Octave> octaves_;  // highest first
  std::vector<float> rows_;      // [kLanes][bins]
  size_t nextRow_ = 0;           // in rows_
  size_t endRow_ = 0;
  uint64_t pushed_ = 0;    // samples
  uint64_t computed_ = 0;  // rows
  bool finished_ = false;
};

}  // namespace divisi::audio
