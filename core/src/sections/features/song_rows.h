// SongRows: what a song sounds like, in rows of a third of a second: partials by pitch, and a mel
// spectrum.
//
//   bool hear(SongRows& song, std::span<const float> signal) {   // mono, at kSampleRate
//     return song.push(signal.data(), signal.size()) && song.finish();
//   }
//
// There are at most kMostRows rows: when that many are full, each two become one, and from there on
// rows are twice as long. So a song of any length takes 1 MB, and the work on all pairs of rows is
// bounded, too.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>

#include "base/float_buffer.h"
#include "divisi/status.h"
#include "spectrum/mel.h"
#include "spectrum/partials/chroma.h"
#include "spectrum/partials/spectral_peaks.h"
#include "spectrum/partials/tuning.h"

namespace divisi::sections {

inline constexpr int kSampleRate = 22050;
inline constexpr size_t kBands = 40;

class SongRows {
 public:
  /// Ten minutes of the shortest rows.
  static constexpr size_t kMostRows = 1600;

  /// @return kOutOfMemory.
  static Result<std::unique_ptr<SongRows>> create();

  /// @return false when memory ran out.
  [[nodiscard]] bool push(const float* samples, size_t count);
  /// Says that the signal has ended. Frames that fill no row are left out.
  [[nodiscard]] bool finish();

  /// Rows that are full.
  [[nodiscard]] size_t count() const { return count_; }
  [[nodiscard]] double rowSeconds() const;
  /// Where a row starts.
  [[nodiscard]] double secondsOf(size_t row) const;
  [[nodiscard]] std::span<const float> partials(size_t row) const {
    return {rows_.data() + row * kWidth, audio::kChromaSteps};
  }
  /// Mean decibels of each band, 0 or more.
  [[nodiscard]] std::span<const float> mel(size_t row) const {
    return {rows_.data() + row * kWidth + audio::kChromaSteps, kBands};
  }
  /// Of what was heard so far.
  [[nodiscard]] audio::Tuning tuning() const { return tuning_.tuning(); }
  /// Whether anything sounded.
  [[nodiscard]] bool heard() const { return heard_; }

 private:
  static constexpr size_t kWidth = audio::kChromaSteps + kBands;

  SongRows() = default;
  void takeFrames();
  void takeMel();
  void closeRow();
  void halve();

  std::unique_ptr<audio::SpectralPeaks> peaks_;
  std::unique_ptr<audio::MelSpectrum> mel_;
  audio::TuningMeter tuning_;
  bool heard_ = false;
  FloatBuffer rows_;  // [row][partials, mel]
  size_t count_ = 0;
  size_t framesPerRow_ = 2;
  // Of the row that is being filled, sums over its frames.
  size_t frames_ = 0;
  audio::ChromaSteps partialSums_{};
  size_t melFrames_ = 0;
  std::array<float, kBands> melSums_{};
};

}  // namespace divisi::sections
