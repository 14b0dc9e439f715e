#include "divisi/live_separator.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <utility>
#include <vector>

#include "separation/chunks/separation_document.h"
#include "separation/chunks/separation_settings.h"
#include "separation/estimation/stem_networks.h"
#include "separation/separation_stream.h"

namespace divisi {
namespace tasks {
namespace {

/// A stream separator with a live plan, behind as much silence as it takes never to run dry.
class DelayedSeparator final : public LiveSeparator {
 public:
  DelayedSeparator(std::unique_ptr<StreamSeparator> stream, int channelCount)
      : stream_(std::move(stream)),
        channelCount_(static_cast<size_t>(channelCount)),
        latency_(stream_->layout().steadyLatency()),
        pointers_(stream_->stems().size(), std::vector<float*>(channelCount_)) {
    for (const auto& channels : pointers_) stemPointers_.push_back(channels.data());
  }

  [[nodiscard]] const std::vector<std::string>& stems() const override { return stream_->stems(); }
  [[nodiscard]] size_t latency() const override { return static_cast<size_t>(latency_); }
  [[nodiscard]] size_t hopFrames() const override {
    return static_cast<size_t>(stream_->layout().inputHop());
  }

  [[nodiscard]] Status push(const AudioView& audio) override {
    if (Status status = stream_->push(audio); !status.ok()) return status;
    taken_ += audio.frameCount;
    return {};
  }

  [[nodiscard]] Status skip(const AudioView& audio) override {
    stream_->bypassNetworks(true);
    Status status = push(audio);
    stream_->bypassNetworks(false);
    return status;
  }

  [[nodiscard]] size_t available() const override { return static_cast<size_t>(taken_ - given_); }

  [[nodiscard]] size_t pull(float* const* const* out, size_t maxFrames) override {
    const size_t frames = std::min(maxFrames, available());
    const auto silent =
        static_cast<size_t>(std::min<uint64_t>(frames, latency_ - std::min(latency_, given_)));
    for (size_t stem = 0; stem < pointers_.size(); ++stem) {
      for (size_t c = 0; c < channelCount_; ++c) {
        std::fill_n(out[stem][c], silent, 0.0F);
        pointers_[stem][c] = out[stem][c] + silent;
      }
    }
    [[maybe_unused]] const size_t heard = stream_->pull(stemPointers_.data(), frames - silent);
    assert(heard == frames - silent);
    given_ += frames;
    return frames;
  }

 private:
  std::unique_ptr<StreamSeparator> stream_;
  size_t channelCount_;
  uint64_t latency_;
  std::vector<std::vector<float*>> pointers_;  // [stem][channel]
  std::vector<float* const*> stemPointers_;
  uint64_t taken_ = 0;
  uint64_t given_ = 0;
};

}  // namespace
}  // namespace tasks

Result<std::unique_ptr<LiveSeparator>> LiveSeparator::create(const Model& model,
                                                             const LiveSeparatorOptions& options) {
  auto task = tasks::parseSeparationTask(model.taskJson());
  if (!task.ok()) return task.status();
  const auto plan = tasks::livePlanFor(task.value(), options.latency);
  if (!plan.ok()) return plan.status();
  auto networks = tasks::StemNetworks::compile(model, std::move(task.value()));
  if (!networks.ok()) return networks.status();
  auto stream = tasks::StreamSeparator::create(std::move(networks.value()), plan.value(),
                                               {.sampleRate = options.sampleRate,
                                                .channelCount = options.channelCount,
                                                .stems = options.stems});
  if (!stream.ok()) return stream.status();
  return std::unique_ptr<LiveSeparator>(
      std::make_unique<tasks::DelayedSeparator>(std::move(stream.value()), options.channelCount));
}

}  // namespace divisi
