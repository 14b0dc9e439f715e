// ChunkTimeline: the timeline of chunks made of STFT columns.
#pragma once

#include <cstddef>
#include <cstdint>

#include "separation/chunks/separation_document.h"
#include "separation/chunks/separation_settings.h"
#include "separation/method/timeline.h"

namespace divisi::separation {

class ChunkTimeline final : public Timeline {
 public:
  ChunkTimeline(const SeparationDocument& document, const SeparationSettings& settings,
                const audio::ResamplerTiming& toModelRate,
                const audio::ResamplerTiming& toInputRate)
      : Timeline(toModelRate, toInputRate),
        hop_(document.hop),
        fftSize_(document.fftSize),
        padFrames_(settings.padFrames),
        chunking_(settings.chunking) {}

  [[nodiscard]] RunStart startAt(size_t chunk) const override;
  [[nodiscard]] size_t chunkCount(uint64_t inputFrames) const override;

 protected:
  [[nodiscard]] uint64_t modelFrameBegin(size_t chunk) const override {
    return modelFrameOf(givenBefore(chunk));
  }
  [[nodiscard]] uint64_t modelFramesNeeded(size_t chunk) const override;
  [[nodiscard]] uint64_t hopModelFrames() const override {
    return static_cast<uint64_t>(chunking_.hop * hop_);
  }
  /// A window of the STFT.
  [[nodiscard]] uint64_t modelReach() const override { return static_cast<uint64_t>(fftSize_); }

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

  int64_t hop_;
  int64_t fftSize_;
  int64_t padFrames_;
  Chunking chunking_;
};

}  // namespace divisi::separation
