// ChunkAnalysis: the model frames of a channel group to STFT columns, kept for as long as a chunk
// hears them.
//
//   void use(const Chunk& chunk);
//
//   // The chunk that begins with column `start`, when all its columns are there.
//   bool analyse(ChunkAnalysis& analysis, const float* const* channels, size_t frames,
//                int64_t start, int64_t columns) {
//     if (!analysis.push(channels, 0, frames)) return false;   // false: out of memory
//     if (analysis.advance(start + columns, true)) use(analysis.chunk(start, 0, 1));
//     return true;
//   }
#pragma once

#include <cstdint>
#include <vector>

#include "audio/sample_queue.h"
#include "base/float_buffer.h"
#include "separation/chunks/separation_document.h"
#include "separation/chunks/separation_settings.h"
#include "separation/estimation/chunk_estimator.h"
#include "separation/method/timeline.h"
#include "spectrum/stereo_spectrum.h"
#include "spectrum/stft.h"

namespace divisi::separation {

class ChunkAnalysis {
 public:
  /// @param stft of the document's transform, outlives this. @param channelCount 1 or 2: a channel
  /// without a partner is heard on both sides.
  ChunkAnalysis(const SeparationDocument& document, const SeparationSettings& settings,
                const RunStart& start, int channelCount, audio::Stft& stft);

  /// @return false when memory ran out.
  [[nodiscard]] bool allocate();
  [[nodiscard]] bool push(const float* const* channels, size_t offset, size_t frames);
  /// Appends a hop of silence.
  [[nodiscard]] bool pushSilence();

  /// Computes columns until there are `due` of them, as far as their frames are there.
  /// @param wait leave a column without a partner for the next call, if it is not due: two are
  /// transformed at a time.
  /// @return whether there are.
  bool advance(int64_t due, bool wait);

  /// Columns computed, and frames pushed, those of the song before the run's start included.
  [[nodiscard]] int64_t columns() const { return columns_; }
  [[nodiscard]] uint64_t taken() const { return taken_; }
  /// Columns that reach a frame that was pushed.
  [[nodiscard]] int64_t columnsOfSong() const;

  /// One of the newest Chunking::needed() columns.
  [[nodiscard]] const audio::StereoBin* column(int64_t column) const;

  /// What the networks hear from column `start` on; in live separation columns to come are the
  /// newest ones mirrored. Good until the next call.
  [[nodiscard]] Chunk chunk(int64_t start, int secondLook, float gain);

 private:
  /// The next `count` columns, 1 or 2.
  void transform(size_t count);
  [[nodiscard]] audio::StereoBin* slot(int64_t column);
  /// The column that is heard in the place of another; negative: silence.
  [[nodiscard]] int64_t heardAt(int64_t column) const;

  const Chunking chunking_;
  const int64_t hop_;
  const int64_t fftSize_;
  const int64_t padFrames_;
  const int channelCount_;
  audio::Stft& stft_;
  audio::SampleQueue samples_;
  FloatBuffer spectra_;  // [needed()][fft bins] of StereoBin, a ring
  std::vector<const audio::StereoBin*> heard_;
  uint64_t taken_;
  int64_t columns_;
};

}  // namespace divisi::separation
