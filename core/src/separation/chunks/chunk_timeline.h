// SongLayout: where the chunks of a song lie at each stage between its input and its stems.
//
//   input frames -> resampler -> model samples -> STFT frames -> chunks
//     -> stem samples -> resampler -> output frames
//
// Pure arithmetic. All positions are those of the song, also for a run that starts inside it: both
// resamplers then start at a multiple of their period, where they are in the state of their start.
#pragma once

#include <cstddef>
#include <cstdint>

#include "audio/resampler.h"
#include "separation/chunks/separation_document.h"
#include "separation/chunks/separation_settings.h"

namespace divisi::tasks {

/// Where each stage of a run begins.
struct RunStart {
  uint64_t inputFrame = 0;    ///< the first that is pushed; where toModelRate starts
  uint64_t modelSample = 0;   ///< the first that the channel groups get
  int64_t frame = 0;          ///< the first STFT frame
  size_t chunk = 0;           ///< the first that runs
  int64_t keptFrame = 0;      ///< the first STFT frame whose samples leave the groups
  uint64_t stemSample = 0;    ///< the first sample that does
  uint64_t alignedStem = 0;   ///< at or before stemSample: where toInputRate starts
  uint64_t alignedFrame = 0;  ///< what comes out of toInputRate first
  uint64_t outputFrame = 0;   ///< the first that is given
};

class SongLayout {
 public:
  SongLayout(const SeparationTask& task, const SeparationPlan& plan,
             const audio::ResamplerTiming& toModelRate, const audio::ResamplerTiming& toInputRate)
      : hop_(task.hop),
        fftSize_(task.fftSize),
        padSamples_(plan.padSamples),
        chunks_(plan.chunks),
        toModelRate_(toModelRate),
        toInputRate_(toInputRate) {}

  [[nodiscard]] RunStart startAt(size_t chunk) const;

  /// How many chunks a song of so many input frames has, at least 1.
  [[nodiscard]] size_t chunkCount(uint64_t inputFrames) const;

  /// The first output frame that becomes ready with the chunk.
  [[nodiscard]] uint64_t outputBegin(size_t chunk) const;
  /// Input frames that have to be there before the chunk runs, in a song that is long enough; its
  /// level is measured on them. (On no fewer: the resampler's filter rings before a sound begins,
  /// and what is heard must not be infinitely louder than what was measured.)
  [[nodiscard]] uint64_t inputEnd(size_t chunk) const;
  /// Input frames from chunk to chunk, about.
  [[nodiscard]] uint64_t inputHop() const;
  /// The most input frames, less one, that any chunk waits for after the output frame before its
  /// first: how late output is that must never run dry.
  [[nodiscard]] uint64_t steadyLatency() const;

 private:
  [[nodiscard]] int64_t chunkStart(size_t chunk) const {
    return chunks_.firstStart() + static_cast<int64_t>(chunk) * chunks_.hop;
  }
  /// The first frame that the chunks before this one have not given.
  [[nodiscard]] int64_t givenBefore(size_t chunk) const {
    return chunk == 0 ? 0 : chunkStart(chunk - 1) + chunks_.given();
  }
  /// Model samples before the STFT frame's first new one; 0 in the silence before the song.
  [[nodiscard]] uint64_t sampleOf(int64_t frame) const;
  /// Model samples that have to be there before the chunk runs.
  [[nodiscard]] uint64_t samplesNeeded(size_t chunk) const;

  int64_t hop_;
  int64_t fftSize_;
  int64_t padSamples_;
  ChunkPlan chunks_;
  audio::ResamplerTiming toModelRate_;
  audio::ResamplerTiming toInputRate_;
};

}  // namespace divisi::tasks
