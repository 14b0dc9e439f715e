// ChunkTimeline: where the chunks of a song lie at each stage between its input and its stems.
//
//   input frames -> resampler -> model frames -> STFT columns -> chunks
//     -> model frames of stems -> resampler -> output frames
//
// Pure arithmetic. All positions are those of the song, also for a run that starts inside it: both
// resamplers then start at a multiple of their period, where they are in the state of their start.
#pragma once

#include <cstddef>
#include <cstdint>

#include "audio/resampler.h"
#include "separation/chunks/separation_document.h"
#include "separation/chunks/separation_settings.h"

namespace divisi::separation {

/// Where each stage of a run begins.
struct RunStart {
  uint64_t inputFrame = 0;         ///< the first that is pushed; where toModelRate starts
  uint64_t modelFrame = 0;         ///< the first that the channel groups get
  int64_t firstColumn = 0;         ///< the first that is computed
  size_t firstChunk = 0;           ///< the first that runs
  int64_t keptColumn = 0;          ///< the first whose frames leave the groups
  uint64_t stemModelFrame = 0;     ///< the first that does
  uint64_t alignedModelFrame = 0;  ///< at or before stemModelFrame: where toInputRate starts
  uint64_t alignedFrame = 0;       ///< what comes out of toInputRate first, an output frame
  uint64_t outputFrame = 0;        ///< the first that is given
};

class ChunkTimeline {
 public:
  ChunkTimeline(const SeparationDocument& document, const SeparationSettings& settings,
                const audio::ResamplerTiming& toModelRate,
                const audio::ResamplerTiming& toInputRate)
      : hop_(document.hop),
        fftSize_(document.fftSize),
        padFrames_(settings.padFrames),
        chunking_(settings.chunking),
        toModelRate_(toModelRate),
        toInputRate_(toInputRate) {}

  [[nodiscard]] RunStart startAt(size_t chunk) const;

  /// How many chunks run for a song of so many input frames, at least 1.
  [[nodiscard]] size_t chunkCount(uint64_t inputFrames) const;

  /// The first output frame that becomes ready with the chunk.
  [[nodiscard]] uint64_t outputBegin(size_t chunk) const;
  /// Input frames that have to be there before the chunk runs, in a song that is long enough; its
  /// level is measured on them. (On no fewer: the resampler's filter rings before a sound begins,
  /// and what is heard must not be infinitely louder than what was measured.)
  [[nodiscard]] uint64_t inputEnd(size_t chunk) const;
  /// Input frames before the first output frame is ready, in a run from the song's start.
  [[nodiscard]] uint64_t firstLatency() const;
  /// The most input frames, less one, that any chunk waits for after the output frame before its
  /// first: how late output is that must never run dry.
  [[nodiscard]] uint64_t steadyLatency() const;
  /// Input frames from chunk to chunk, about.
  [[nodiscard]] uint64_t inputHop() const;
  /// How many input frames a chunk's masks reach beyond the frames that it is the last to change: a
  /// window of the STFT, and the length of the resampler's filter.
  [[nodiscard]] uint64_t reach() const;

 private:
  [[nodiscard]] int64_t columnOf(size_t chunk) const {
    return chunking_.firstStart() + static_cast<int64_t>(chunk) * chunking_.hop;
  }
  /// The first column that the chunks before this one have not given.
  [[nodiscard]] int64_t givenBefore(size_t chunk) const {
    return chunk == 0 ? 0 : columnOf(chunk - 1) + chunking_.given();
  }
  /// Model frames before the column's first new one; 0 in the silence before the song.
  [[nodiscard]] uint64_t modelFrameOf(int64_t column) const;
  /// Model frames that have to be there before the chunk runs.
  [[nodiscard]] uint64_t modelFramesNeeded(size_t chunk) const;
  [[nodiscard]] uint64_t toInputFrames(uint64_t modelFrames) const;

  int64_t hop_;
  int64_t fftSize_;
  int64_t padFrames_;
  Chunking chunking_;
  audio::ResamplerTiming toModelRate_;
  audio::ResamplerTiming toInputRate_;
};

}  // namespace divisi::separation
