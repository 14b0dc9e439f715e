// BenchSeparation: a song through the core's Separator, stage by stage, for the bench's Workers.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "divisi/separator.h"
#include "separator_stream.h"
#include "staging.h"

namespace divisi::wasm {

class BenchSeparation {
 public:
  BenchSeparation(const SeparatorNetworks& networks, int sampleRate, int channelCount) {
    status_ = open(networks, {.sampleRate = sampleRate, .channelCount = channelCount});
  }

  [[nodiscard]] StatusValue status() const { return toValue(status_); }
  [[nodiscard]] size_t stageFrames() const { return kStageFrames; }
  [[nodiscard]] Float32View inputView(size_t channel) const {
    return stages_.input().view(channel);
  }
  [[nodiscard]] Float32View outputView(size_t stem, size_t channel) const {
    return stages_.output(stem).view(channel);
  }

  StatusValue push(size_t frameCount) {
    return toValue(separator_->push(stages_.input().audio(frameCount)));
  }
  size_t pull() { return separator_->pull(stages_.stems(), kStageFrames); }
  StatusValue finish() { return toValue(separator_->finish()); }

 private:
  Status open(const SeparatorNetworks& networks, const SeparatorOptions& options) {
    Result<std::unique_ptr<Separator>> separator = Separator::create(networks.networks(), options);
    if (!separator.ok()) return separator.status();
    separator_ = std::move(separator.value());
    stages_.allocate(static_cast<size_t>(options.channelCount), separator_->stems().size());
    return {};
  }

  Status status_;
  std::unique_ptr<Separator> separator_;
  StemStages stages_;
};

}  // namespace divisi::wasm
