#include "audio/sample_queue.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace divisi::audio {

bool SampleQueue::reserve(int channelCount, size_t frames) {
  assert(channelCount_ == 0 || channelCount_ == channelCount);
  if (channelCount == channelCount_ && frames <= capacity_) return true;
  if (frames > SIZE_MAX / sizeof(float) / static_cast<size_t>(channelCount)) return false;
  FloatBuffer larger(static_cast<size_t>(channelCount) * frames);
  if (larger.size() == 0) return false;
  for (int c = 0; c < channelCount_ && frames_ > 0; ++c) {
    std::memcpy(larger.data() + static_cast<size_t>(c) * frames, start(c), frames_ * sizeof(float));
  }
  buffer_ = std::move(larger);
  channelCount_ = channelCount;
  capacity_ = frames;
  head_ = 0;
  return true;
}

bool SampleQueue::makeRoom(size_t frames) {
  assert(channelCount_ > 0);
  const size_t needed = frames_ + frames;
  if (needed > capacity_) {
    // Doubling keeps the number of moves small when the caller pushes much before it pulls.
    return reserve(channelCount_, std::max(needed, 2 * capacity_));
  }
  if (head_ + needed > capacity_) {
    for (int c = 0; c < channelCount_; ++c) {
      float* base = buffer_.data() + static_cast<size_t>(c) * capacity_;
      std::memmove(base, base + head_, frames_ * sizeof(float));
    }
    head_ = 0;
  }
  return true;
}

bool SampleQueue::extend(size_t frames) {
  if (!makeRoom(frames)) return false;
  frames_ += frames;
  return true;
}

bool SampleQueue::push(const float* const* channels, size_t offset, size_t frames) {
  if (!extend(frames)) return false;
  if (frames == 0) return true;
  for (int c = 0; c < channelCount_; ++c) {
    std::memcpy(tail(c, frames), channels[c] + offset, frames * sizeof(float));
  }
  return true;
}

bool SampleQueue::pushZeros(size_t frames) {
  if (!extend(frames)) return false;
  for (int c = 0; c < channelCount_; ++c) std::fill_n(tail(c, frames), frames, 0.0F);
  return true;
}

void SampleQueue::drop(size_t frames) {
  assert(frames <= frames_);
  frames_ -= frames;
  head_ = frames_ == 0 ? 0 : head_ + frames;
}

}  // namespace divisi::audio
