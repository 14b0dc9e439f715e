// BenchSeparation: a song through the core's Separator, stage by stage, for the bench's Workers.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "divisi/model.h"
#include "divisi/separator.h"
#include "staging.h"

namespace divisi::wasm {

class BenchSeparation {
 public:
  /// @param bytes a model file, not needed afterwards.
  BenchSeparation(const ByteBuffer& bytes, int sampleRate, int channelCount) {
    status_ = open(bytes, {.sampleRate = sampleRate, .channelCount = channelCount});
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
  Status open(const ByteBuffer& bytes, const SeparatorOptions& options) {
    Result<Model> model = Model::open(bytes.span());
    if (!model.ok()) return model.status();
    Result<std::unique_ptr<Separator>> separator = Separator::create(model.value(), options);
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
