// SegmentJoins: the stems' samples of one segment after another to continuous stems: the weighted
// average where segments overlap.
//
//   void use(const float* samples, size_t frames);
//
//   bool join(SegmentJoins& joins, size_t segment, const float* const* channels, size_t frames) {
//     joins.weigh(frames);                                   // once a segment,
//     joins.add(0, channels, frames, {});                    // then each stem
//     if (!joins.give(joins.begin(segment + 1))) return false;   // false: out of memory
//     use(joins.ready(0).channel(0), joins.ready(0).frames());
//     joins.ready(0).drop(joins.ready(0).frames());
//     return true;
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "audio/sample_queue.h"
#include "base/float_buffer.h"
#include "separation/segments/document/segment_document.h"

namespace divisi::separation {

/// sample * factor + offset.
struct Unscaling {
  float factor = 1;
  float offset = 0;
};

class SegmentJoins {
 public:
  /// @param firstSegment the first that is added. @param keptFrame of the song, the first that is
  /// given.
  SegmentJoins(const Segmenting& segments, size_t firstSegment, int64_t keptFrame, int channelCount,
               size_t stemCount)
      : segments_(segments),
        channelCount_(channelCount),
        keptFrame_(keptFrame),
        begin_(segments.begin(firstSegment)),
        stems_(stemCount) {}

  /// @return false when memory ran out.
  [[nodiscard]] bool allocate();

  /// Where a segment begins, in model frames of the song.
  [[nodiscard]] int64_t begin(size_t segment) const { return segments_.begin(segment); }

  /// Weighs the next segment, which begins where give() has ended: its first `frames` frames.
  void weigh(size_t frames);
  /// Adds a stem's channels of those.
  void add(size_t stem, const float* const* channels, size_t frames, const Unscaling& unscaling);
  /// Makes the frames before `end` ready, to which no further segment adds.
  /// @return false when memory ran out.
  [[nodiscard]] bool give(int64_t end);

  [[nodiscard]] audio::SampleQueue& ready(size_t stem) { return stems_[stem].ready; }

 private:
  struct Stem {
    FloatBuffer sums;  // [channel][frames], weighted, from begin_ on
    audio::SampleQueue ready;
  };

  void shift(float* values, size_t count) const;

  const Segmenting segments_;
  const int channelCount_;
  const int64_t keptFrame_;
  int64_t begin_;
  FloatBuffer weights_;     // of a segment's frames
  FloatBuffer weightSums_;  // from begin_ on
  std::vector<Stem> stems_;
};

}  // namespace divisi::separation
