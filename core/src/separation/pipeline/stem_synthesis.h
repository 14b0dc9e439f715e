// StemSynthesis: the estimates of one chunk after another to the model frames of the stems.
//
//   void use(const float* samples, size_t frames);
//
//   Status render(StemSynthesis& synthesis, const ChunkAnalysis& mix, ChunkEstimator& estimator,
//                 int64_t firstColumn, int64_t endColumn) {
//     const Status status = synthesis.add(mix, estimator, firstColumn, endColumn);
//     audio::SampleQueue& stem = synthesis.ready(0);
//     use(stem.channel(0), stem.frames());
//     stem.drop(stem.frames());
//     return status;
//   }
//
// Where chunks overlap, their estimates are cross-faded.
#pragma once

#include <cstdint>
#include <vector>

#include "audio/sample_queue.h"
#include "base/float_buffer.h"
#include "separation/chunks/separation_document.h"
#include "separation/chunks/separation_settings.h"
#include "separation/estimation/chunk_estimator.h"
#include "separation/method/timeline.h"
#include "separation/pipeline/chunk_analysis.h"
#include "separation/pipeline/spectral_synthesis.h"
#include "spectrum/stft.h"

namespace divisi::separation {

class StemSynthesis {
 public:
  /// @param stems those to render, as indices into the document's.
  StemSynthesis(const SeparationDocument& document, const SeparationSettings& settings,
                const RunStart& start, int channelCount, std::vector<size_t> stems,
                audio::Stft& stft);

  /// @return false when memory ran out.
  [[nodiscard]] bool allocate();

  /// Joins the estimates of a chunk with those of the chunk before, renders those before
  /// `endColumn` and keeps the rest for the next. @return kOutOfMemory.
  Status add(const ChunkAnalysis& mix, ChunkEstimator& estimator, int64_t firstColumn,
             int64_t endColumn);
  /// Renders what waits for a further chunk.
  Status finish(const ChunkAnalysis& mix);

  /// Columns that were rendered, and that have an estimate.
  [[nodiscard]] int64_t rendered() const { return rendered_; }
  [[nodiscard]] int64_t covered() const { return covered_; }

  /// Frames of the i-th rendered stem, aligned with the input. The owner drops what it has taken.
  [[nodiscard]] audio::SampleQueue& ready(size_t i) { return spectral_.ready(i); }

 private:
  /// @param estimate from rendered_ on.
  void join(float* estimate, const float* carried, int64_t columns) const;
  /// Drops what the last columns give beyond the song's end.
  void truncate(uint64_t taken);

  const std::vector<size_t> stems_;
  const int64_t chunkColumns_;
  const int64_t fade_;
  const size_t row_;  // floats of a column's estimate
  const int64_t hop_;
  const int64_t padFrames_;
  const int64_t firstColumn_;  // the first that has an estimate
  const int64_t keptColumn_;
  SpectralSynthesis spectral_;
  std::vector<FloatBuffer> carried_;  // [stem] of [fade][bins][2], from the chunk before
  int64_t rendered_;
  int64_t covered_;
};

}  // namespace divisi::separation
