#include "drums/activation_stream.h"

#include <algorithm>
#include <utility>

#include "base/integers.h"
#include "base/text.h"

namespace divisi::drums {

ActivationStream::ActivationStream(std::shared_ptr<DrumsNetwork> network,
                                   std::unique_ptr<audio::LogFilterbank> bank, FloatBuffer window)
    : network_(std::move(network)),
      bank_(std::move(bank)),
      frames_(network_->document().frames),
      context_(network_->document().contextFrames),
      width_(bank_->bands()),
      frame_(2 * width_),
      window_(std::move(window)),
      filled_(context_) {
  std::ranges::fill(window_.span(), 0.0F);
}

Result<std::unique_ptr<ActivationStream>> ActivationStream::create(
    std::shared_ptr<DrumsNetwork> network) {
  auto bank = audio::LogFilterbank::create(network->document().frontEnd);
  if (!bank.ok()) return bank.status();
  FloatBuffer window(network->document().frames * bank.value()->bands());
  if (!window) return outOfMemory("frames");
  return std::unique_ptr<ActivationStream>(
      new ActivationStream(std::move(network), std::move(bank.value()), std::move(window)));
}

Status ActivationStream::push(std::span<const float> samples, const Consumer& consumer) {
  if (!bank_->push(samples.data(), samples.size())) return outOfMemory("audio");
  return takeFrames(consumer);
}

Status ActivationStream::takeFrames(const Consumer& consumer) {
  while (bank_->pull(frame_.data())) {
    std::copy_n(frame_.data(), width_, window_.data() + filled_ * width_);
    if (++filled_ < frames_) continue;
    if (Status status = run(frames_ - context_, consumer); !status.ok()) return status;
  }
  return {};
}

Status ActivationStream::finish(const Consumer& consumer) {
  if (!bank_->finish()) return outOfMemory("audio");
  if (Status status = takeFrames(consumer); !status.ok()) return status;
  while (filled_ > context_) {
    std::ranges::fill(window_.span().subspan(filled_ * width_), 0.0F);
    const Status status = run(std::min(filled_, frames_ - context_), consumer);
    if (!status.ok()) return status;
  }
  return {};
}

Status ActivationStream::run(size_t end, const Consumer& consumer) {
  if (Status status = network_->run(window_); !status.ok()) return status;
  const size_t told = network_->told();
  for (size_t frame = context_; frame < end; ++frame) {
    const Status status = consumer(network_->logOdds().subspan(frame * told, told));
    if (!status.ok()) return status;
  }
  // The next window begins so that its first unknown frame has its context before it.
  const size_t done = end - context_;
  std::copy(window_.data() + done * width_, window_.data() + filled_ * width_, window_.data());
  filled_ -= done;
  return {};
}

uint64_t ActivationStream::latency() const {
  const audio::LogFilterbankOptions& frontEnd = network_->document().frontEnd;
  const auto fftSize = static_cast<uint64_t>(frontEnd.fftSize);
  const size_t frames = roundedUp(frames_ - context_, audio::LogFilterbank::kFrames);
  // A frame is as long as its transform, whose middle is its centre.
  return (frames - 1) * static_cast<uint64_t>(frontEnd.hop) + fftSize - fftSize / 2;
}

uint64_t ActivationStream::runInterval() const {
  return (frames_ - 2 * context_) * static_cast<uint64_t>(network_->document().frontEnd.hop);
}

}  // namespace divisi::drums
