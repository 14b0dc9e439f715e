// LiveSeparator for JavaScript.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "divisi/live_separator.h"
#include "divisi/model.h"
#include "staging.h"

namespace divisi::wasm {

struct LiveStreamOptions {
  int sampleRate = 0;
  int channelCount = 0;
  double latency = 0;
  StringList stems{emscripten::val::array()};
};

// A LiveSeparator with its staging areas: one for what goes in, one for each stem.
class LiveStream {
 public:
  LiveStream(const ByteBuffer& bytes, const LiveStreamOptions& options) {
    status_ = open(bytes, options);
  }

  // Whether the constructor succeeded; where it did not, nothing else may be called.
  [[nodiscard]] StatusValue status() const { return toValue(status_); }
  [[nodiscard]] size_t stageFrames() const { return kStageFrames; }
  [[nodiscard]] size_t stemCount() const { return separator_->stems().size(); }
  [[nodiscard]] std::string stemName(size_t stem) const { return separator_->stems()[stem]; }
  [[nodiscard]] size_t latencyFrames() const { return separator_->latency(); }
  [[nodiscard]] size_t hopFrames() const { return separator_->hopFrames(); }

  [[nodiscard]] Float32View inputView(size_t channel) const {
    return stages_.input().view(channel);
  }
  [[nodiscard]] Float32View outputView(size_t stem, size_t channel) const {
    return stages_.output(stem).view(channel);
  }

  StatusValue push(size_t frameCount) {
    return toValue(separator_->push(stages_.input().audio(frameCount)));
  }
  StatusValue skip(size_t frameCount) {
    return toValue(separator_->skip(stages_.input().audio(frameCount)));
  }
  [[nodiscard]] size_t available() const { return separator_->available(); }
  size_t pull(size_t maxFrames) {
    return separator_->pull(stages_.stems(), std::min(maxFrames, kStageFrames));
  }

 private:
  Status open(const ByteBuffer& bytes, const LiveStreamOptions& options) {
    Result<Model> model = Model::open(bytes.span());
    if (!model.ok()) return model.status();
    Result<std::unique_ptr<LiveSeparator>> separator = LiveSeparator::create(
        model.value(), {.sampleRate = options.sampleRate,
                        .channelCount = options.channelCount,
                        .latency = options.latency,
                        .stems = emscripten::vecFromJSArray<std::string>(options.stems)});
    if (!separator.ok()) return separator.status();
    separator_ = std::move(separator.value());
    stages_.allocate(static_cast<size_t>(options.channelCount), separator_->stems().size());
    return {};
  }

  Status status_;
  std::unique_ptr<LiveSeparator> separator_;
  StemStages stages_;
};

}  // namespace divisi::wasm
