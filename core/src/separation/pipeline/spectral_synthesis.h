// SpectralSynthesis: columns of a stem, as masks of the mix's, back to model frames.
#pragma once

#include <cstdint>
#include <vector>

#include "audio/sample_queue.h"
#include "base/float_buffer.h"
#include "separation/chunks/separation_document.h"
#include "separation/chunks/separation_settings.h"
#include "separation/pipeline/chunk_analysis.h"
#include "spectrum/stereo_spectrum.h"
#include "spectrum/stft.h"

namespace divisi::separation {

class SpectralSynthesis {
 public:
  /// @param stft of the document's transform, outlives this. @param keptColumn the first whose
  /// frames come out.
  SpectralSynthesis(const SeparationDocument& document, const SeparationSettings& settings,
                    int64_t keptColumn, int channelCount, audio::Stft& stft);

  /// @return false when memory ran out.
  [[nodiscard]] bool allocate(size_t stemCount);

  /// Renders columns [begin, end) of a stem and appends the frames that become complete.
  /// @param mask [end - begin][bins][2]. @return kOutOfMemory.
  Status render(size_t stem, const ChunkAnalysis& mix, const float* mask, int64_t begin,
                int64_t end);

  [[nodiscard]] audio::SampleQueue& ready(size_t stem) { return stems_[stem].ready; }

 private:
  struct Stem {
    std::vector<audio::OverlapAdd> sums;  // one a channel
    audio::SampleQueue ready;
  };

  /// The masks of a column. @param slot 0 or 1: where those of a channel without a partner are put.
  audio::FrameMask columnMask(const float* row, size_t slot);
  /// Adds `count` synthesised columns, 1 or 2, to those before.
  [[nodiscard]] bool overlap(Stem& stem, int64_t column, size_t count);

  const Extension extension_;
  const size_t bins_;
  const int fftSize_;
  const int hop_;
  const int frameCount_;  // that become ready with a chunk, at most
  const int64_t keptColumn_;
  const int channelCount_;
  audio::Stft& stft_;
  FloatBuffer synthesised_;  // [2 columns][2 channels][fftSize]
  FloatBuffer monoMasks_;    // [2 columns][bins][2], for a channel without a partner
  std::vector<Stem> stems_;
};

}  // namespace divisi::separation
