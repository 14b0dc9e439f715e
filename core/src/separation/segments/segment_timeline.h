// SegmentTimeline: the timeline of segments of model frames.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "separation/method/timeline.h"
#include "separation/segments/document/segment_document.h"

namespace divisi::separation {

class SegmentTimeline final : public Timeline {
 public:
  SegmentTimeline(const Segmenting& segments, const audio::ResamplerTiming& toModelRate,
                  const audio::ResamplerTiming& toInputRate)
      : Timeline(toModelRate, toInputRate), segments_(segments) {}

  [[nodiscard]] RunStart startAt(size_t chunk) const override;
  [[nodiscard]] size_t chunkCount(uint64_t inputFrames) const override;

 protected:
  [[nodiscard]] uint64_t modelFrameBegin(size_t chunk) const override {
    return chunk == 0 ? 0 : inSong(segments_.begin(chunk));
  }
  [[nodiscard]] uint64_t modelFramesNeeded(size_t chunk) const override {
    return inSong(segments_.begin(chunk) + segments_.frames + segments_.margin);
  }
  [[nodiscard]] uint64_t hopModelFrames() const override {
    return static_cast<uint64_t>(segments_.hop);
  }
  [[nodiscard]] uint64_t modelReach() const override {
    return static_cast<uint64_t>(segments_.frames - segments_.hop);
  }

 private:
  static uint64_t inSong(int64_t frame) {
    return static_cast<uint64_t>(std::max<int64_t>(frame, 0));
  }

  const Segmenting segments_;
};

}  // namespace divisi::separation
