#include "task/constant_latency.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace divisi::task {

ConstantLatency::ConstantLatency(std::unique_ptr<TaskStream> stream)
    : stream_(std::move(stream)),
      latency_(stream_->timing().latency),
      given_(stream_->outputs().size()),
      planes_(static_cast<size_t>(stream_->outputs().front().width)) {}

Status ConstantLatency::push(const AudioView& audio) {
  if (Status status = stream_->push(audio); !status.ok()) return status;
  ready_ += audio.frameCount;
  return {};
}

Status ConstantLatency::skip(const AudioView& audio) {
  if (Status status = stream_->skip(audio); !status.ok()) return status;
  ready_ += audio.frameCount;
  return {};
}

Status ConstantLatency::finish() {
  if (Status status = stream_->finish(); !status.ok()) return status;
  ready_ += latency_;
  return {};
}

size_t ConstantLatency::pull(size_t output, float* const* planes, size_t maxItems) {
  const size_t frames = std::min(maxItems, available(output));
  uint64_t& given = given_[output];
  const auto silent =
      static_cast<size_t>(std::min<uint64_t>(frames, latency_ - std::min(latency_, given)));
  for (size_t c = 0; c < planes_.size(); ++c) {
    std::fill_n(planes[c], silent, 0.0F);
    planes_[c] = planes[c] + silent;
  }
  [[maybe_unused]] const size_t pulled = stream_->pull(output, planes_.data(), frames - silent);
  assert(pulled == frames - silent);
  given += frames;
  return frames;
}

}  // namespace divisi::task
