#include "beats/network/non_causal.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "beats/decoder/log_odds.h"

namespace divisi::beats {
NonCausal::NonCausal(std::shared_ptr<BeatsNetwork> network, FloatBuffer window)
    : network_(std::move(network)),
      frames_(static_cast<size_t>(network_->document().nonCausal->frames)),
      context_(static_cast<size_t>(network_->document().nonCausal->contextFrames)),
      width_(network_->heard()),
      window_(std::move(window)),
      filled_(context_) {
  std::ranges::fill(window_.span(), 0.0F);
}

Result<std::unique_ptr<NonCausal>> NonCausal::create(std::shared_ptr<BeatsNetwork> network) {
  const auto frames = static_cast<size_t>(network->document().nonCausal->frames);
  FloatBuffer window(frames * network->heard());
  if (!window) return outOfMemory("frames");
  return std::unique_ptr<NonCausal>(new NonCausal(std::move(network), std::move(window)));
}

Status NonCausal::push(std::span<const float> bands, std::span<const float> activations) {
  float* const row = window_.data() + filled_ * width_;
  std::ranges::copy(activations, std::ranges::copy(bands, row).out);
  return ++filled_ < frames_ ? Status() : run(frames_ - context_);
}

Status NonCausal::finish() {
  while (filled_ > context_) {
    std::ranges::fill(window_.span().subspan(filled_ * width_), 0.0F);
    if (Status status = run(std::min(filled_, frames_ - context_)); !status.ok()) return status;
  }
  return {};
}

Status NonCausal::run(size_t end) {
  if (Status status = network_->runNonCausal(window_); !status.ok()) return status;
  const std::span<const float> logOdds = network_->logOdds();
  for (size_t frame = context_; frame < end; ++frame) {
    known_.push_back({.beat = probability(logOdds[kLogOdds * frame]),
                      .downbeat = probability(logOdds[kLogOdds * frame + 1])});
  }
  // The next window begins so that its first unknown frame has its context before it.
  const size_t done = end - context_;
  std::copy(window_.data() + done * width_, window_.data() + filled_ * width_, window_.data());
  filled_ -= done;
  return {};
}

}  // namespace divisi::beats
