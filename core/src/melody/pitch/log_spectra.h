// LogSpectra: a stream of mono samples to frames of logarithmic spectra, by windows of several
// lengths around the same moment.
//
//   void use(std::span<const float> frame, float peak, float levelDb);
//
//   bool analyse(LogSpectra& spectra, std::span<const float> samples) {
//     if (!spectra.push(samples)) return false;
//     if (!spectra.finish()) return false;          // or push more, and pull in between
//     while (spectra.pull()) use(spectra.frame(), spectra.peak(), spectra.levelDb());
//     return true;
//   }
//
// Frame k is centred on sample k * hop; before the first sample and after the last there is
// silence. There is a frame for every whole hop of the audio, and at least one, however it is
// divided into blocks. A band is the mean of magnitudes under a triangle from the band below to the
// band above, or the nearest bin where that holds none; its logarithm is natural. One thread at a
// time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "audio/sample_queue.h"
#include "divisi/status.h"
#include "melody/pitch/melody_document.h"
#include "spectrum/mel.h"
#include "spectrum/stft.h"

namespace divisi::melody {

/// Triangles of area 1 over the bins of a spectrum.
std::vector<audio::MelFilter> bandFilters(const LogSpectraOptions& options, int fftSize);

class LogSpectra {
 public:
  /// @return kUnsupported, kOutOfMemory.
  static Result<std::unique_ptr<LogSpectra>> create(const LogSpectraOptions& options);

  /// @return false when memory ran out.
  [[nodiscard]] bool push(std::span<const float> samples);
  /// Says that the signal has ended.
  [[nodiscard]] bool finish();
  /// Computes the next frame. @return false when more samples are needed for it, or none is left.
  [[nodiscard]] bool pull();

  /// Of the frame that was pulled last: [band][spectrum].
  [[nodiscard]] std::span<const float> frame() const { return frame_; }
  /// The largest sample of the hop that begins at the frame's centre.
  [[nodiscard]] float peak() const { return peak_; }
  /// The level of that hop and the one before it, in decibels of full scale; at least -140.
  [[nodiscard]] float levelDb() const { return levelDb_; }

  /// Samples from a frame's centre on that it needs.
  [[nodiscard]] size_t reach() const { return margin_; }

 private:
  struct Transform {
    std::unique_ptr<audio::Stft> stft;
    std::vector<audio::MelFilter> filters;
    std::vector<float> bands;  // [band][lane]
  };

  explicit LogSpectra(const LogSpectraOptions& options) : options_(options) {}

  /// Computes the next frames: as many as there are samples for, up to kLanes.
  void transform();
  void measure(const float* centre);

  const LogSpectraOptions options_;
  std::vector<Transform> transforms_;
  std::vector<float> magnitudes_;  // [bin][lane]
  audio::SampleQueue samples_;     // begins margin_ before the centre of the frame to come
  size_t margin_ = 0;
  uint64_t pushed_ = 0;
  uint64_t pulled_ = 0;  // frames
  bool finished_ = false;
  size_t lane_ = 0;
  size_t lanes_ = 0;  // of them, with a frame
  std::vector<float> frame_;
  float peak_ = 0;
  float levelDb_ = 0;
  double power_ = 0;  // of the hop before
};

}  // namespace divisi::melody
