// CheckedStream: what every task's stream owes its caller, around a stream that holds only the
// work.
//
// Audio is checked before any of it is taken, faults stick, and nothing is taken after finish().
// The stream inside so gets only good audio, at most kBlockFrames at a time, finish() once, and no
// call after it has failed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "divisi/stream.h"

namespace divisi::task {

/// Keeps the buffers between a stream's stages small.
inline constexpr size_t kBlockFrames = 4096;

class CheckedStream final : public TaskStream {
 public:
  /// @param begin, end the frames of the audio that will be pushed: kBadAudio names frames so, and
  /// refuses more.
  CheckedStream(std::unique_ptr<TaskStream> stream, int channelCount, uint64_t begin = 0,
                uint64_t end = UINT64_MAX);

  [[nodiscard]] const std::vector<Output>& outputs() const override { return stream_->outputs(); }
  [[nodiscard]] StreamTiming timing() const override { return stream_->timing(); }
  [[nodiscard]] Status push(const AudioView& audio) override;
  [[nodiscard]] Status skip(const AudioView& audio) override;
  [[nodiscard]] Status finish() override;
  [[nodiscard]] size_t available(size_t output) const override {
    return stream_->available(output);
  }
  size_t pull(size_t output, float* const* planes, size_t maxItems) override {
    return stream_->pull(output, planes, maxItems);
  }
  size_t pullEvents(size_t output, std::span<Event> events) override {
    return stream_->pullEvents(output, events);
  }

 private:
  Status take(const AudioView& audio, Status (TaskStream::*takeBlock)(const AudioView&));

  const std::unique_ptr<TaskStream> stream_;
  std::vector<const float*> block_;  // a channel each
  uint64_t taken_;                   // frames of the audio up to the last one taken
  const uint64_t end_;
  bool finished_ = false;
  Status fault_;  // what made the stream unusable
};

/// A task's stream, checked. @param stream of any class, or why there is none.
template <typename Stream>
Result<std::unique_ptr<TaskStream>> checked(Result<std::unique_ptr<Stream>> stream,
                                            int channelCount) {
  if (!stream.ok()) return stream.status();
  return std::unique_ptr<TaskStream>(
      std::make_unique<CheckedStream>(std::move(stream.value()), channelCount));
}

}  // namespace divisi::task
