// Timeline: where the chunks of a song lie at each stage between its input and its stems.
//
//   input frames -> resampler -> model frames -> chunks -> model frames of stems
//     -> resampler -> output frames
//
// Pure arithmetic; what a chunk is made of, a method of separation says. All positions are those of
// the song, also for a run that starts inside it: both resamplers then start at a multiple of their
// period, where they are in the state of their start.
#pragma once

#include <cstddef>
#include <cstdint>

#include "audio/resampler.h"

namespace divisi::separation {

/// Where each stage of a run begins.
struct RunStart {
  uint64_t inputFrame = 0;         ///< the first that is pushed; where toModelRate starts
  uint64_t modelFrame = 0;         ///< the first that the channel groups get
  int64_t firstColumn = 0;         ///< the first that is computed, of a method with columns
  size_t firstChunk = 0;           ///< the first that runs
  int64_t keptColumn = 0;          ///< the first whose frames leave the groups, likewise
  uint64_t stemModelFrame = 0;     ///< the first frame that does
  uint64_t alignedModelFrame = 0;  ///< at or before stemModelFrame: where toInputRate starts
  uint64_t alignedFrame = 0;       ///< what comes out of toInputRate first, an output frame
  uint64_t outputFrame = 0;        ///< the first that is given
};

class Timeline {
 public:
  Timeline(const audio::ResamplerTiming& toModelRate, const audio::ResamplerTiming& toInputRate)
      : toModelRate_(toModelRate), toInputRate_(toInputRate) {}
  virtual ~Timeline() = default;
  Timeline(const Timeline&) = delete;
  Timeline& operator=(const Timeline&) = delete;

  [[nodiscard]] virtual RunStart startAt(size_t chunk) const = 0;

  /// How many chunks run for a song of so many input frames, at least 1.
  [[nodiscard]] virtual size_t chunkCount(uint64_t inputFrames) const = 0;

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
  [[nodiscard]] uint64_t inputHop() const { return toInputFrames(hopModelFrames()); }
  /// How many input frames a chunk's result reaches beyond the frames that it is the last to
  /// change.
  [[nodiscard]] uint64_t reach() const;

 protected:
  /// The first model frame of the stems that the chunks before this one have not given.
  [[nodiscard]] virtual uint64_t modelFrameBegin(size_t chunk) const = 0;
  /// Model frames that have to be there before the chunk runs.
  [[nodiscard]] virtual uint64_t modelFramesNeeded(size_t chunk) const = 0;
  [[nodiscard]] virtual uint64_t hopModelFrames() const = 0;
  /// As reach(), without the resamplers.
  [[nodiscard]] virtual uint64_t modelReach() const = 0;

  /// Model frames before the first that a run gives, from which the resampler's filter for it
  /// begins: twice its delay.
  [[nodiscard]] uint64_t resamplerHistory() const { return 2 * toInputRate_.delay; }
  /// Sets what follows from modelFrame and stemModelFrame.
  void align(RunStart& start) const;
  /// Of a song of so many input frames.
  [[nodiscard]] uint64_t modelFrames(uint64_t inputFrames) const;

 private:
  [[nodiscard]] uint64_t toInputFrames(uint64_t modelFrames) const;

  const audio::ResamplerTiming toModelRate_;
  const audio::ResamplerTiming toInputRate_;
};

}  // namespace divisi::separation
