// SampleQueue: planar audio, first in first out, each channel contiguous in memory.
//
//   void transform(const float* window);
//
//   bool add(SampleQueue& queue, const float* const* block, size_t frames) {
//     if (!queue.reserve(2, 8192)) return false;    // false: out of memory
//     if (!queue.push(block, 0, frames)) return false;
//     for (; queue.frames() >= 4096; queue.drop(1024)) transform(queue.channel(0));
//     return true;
//   }
//
// It grows when more is pushed than was reserved, and allocates nothing otherwise.
#pragma once

#include <cstddef>

#include "base/float_buffer.h"

namespace divisi::audio {

class SampleQueue {
 public:
  /// Makes room for `frames` frames of `channelCount` channels; what is inside is kept.
  /// @return false when memory ran out; the queue is then as before.
  [[nodiscard]] bool reserve(int channelCount, size_t frames);

  /// Appends channels[channel][offset .. offset + frames).
  [[nodiscard]] bool push(const float* const* channels, size_t offset, size_t frames);
  /// Appends zeros.
  [[nodiscard]] bool pushZeros(size_t frames);
  /// Appends `frames` frames that the caller then writes through tail().
  [[nodiscard]] bool extend(size_t frames);

  [[nodiscard]] int channelCount() const { return channelCount_; }
  [[nodiscard]] size_t frames() const { return frames_; }
  [[nodiscard]] const float* channel(int channel) const { return start(channel); }
  /// The last `frames` frames of a channel, to be written after extend().
  [[nodiscard]] float* tail(int channel, size_t frames) {
    return start(channel) + frames_ - frames;
  }

  /// Removes the oldest `frames` frames. Precondition: frames <= frames().
  void drop(size_t frames);
  /// Removes the newest frames so that `frames` remain. Precondition: frames <= frames().
  void truncate(size_t frames) { frames_ = frames; }

 private:
  [[nodiscard]] float* start(int channel) {
    return buffer_.data() + static_cast<size_t>(channel) * capacity_ + head_;
  }
  [[nodiscard]] const float* start(int channel) const {
    return buffer_.data() + static_cast<size_t>(channel) * capacity_ + head_;
  }
  [[nodiscard]] bool makeRoom(size_t frames);

  FloatBuffer buffer_;  // [channel][capacity_]
  int channelCount_ = 0;
  size_t capacity_ = 0;
  size_t head_ = 0;
  size_t frames_ = 0;
};

}  // namespace divisi::audio
