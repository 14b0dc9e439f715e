// Separator for JavaScript.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "divisi/model.h"
#include "divisi/separator.h"
#include "staging.h"

namespace divisi::wasm {

struct SeparatorStreamOptions {
  int sampleRate = 0;
  int channelCount = 0;
  bool reference = false;
  bool highQuality = false;
  StringList stems{emscripten::val::array()};
  // Where in a song to start; a number that JavaScript can hold exactly.
  double firstChunk = 0;
  NumberList levels{emscripten::val::array()};
};

inline SeparatorOptions toOptions(const SeparatorStreamOptions& options) {
  return {.sampleRate = options.sampleRate,
          .channelCount = options.channelCount,
          .mode = options.reference ? SeparationMode::kReference : SeparationMode::kBest,
          .quality = options.highQuality ? SeparationQuality::kHigh : SeparationQuality::kNormal,
          .stems = emscripten::vecFromJSArray<std::string>(options.stems),
          .firstChunk = static_cast<size_t>(options.firstChunk),
          .levels = emscripten::convertJSArrayToNumberVector<double>(options.levels)};
}

// A model's networks, for one SeparatorStream after another.
class SeparatorNetworks {
 public:
  // @param bytes a model file, not needed afterwards.
  explicit SeparatorNetworks(const ByteBuffer& bytes) { status_ = compile(bytes); }

  // Whether the constructor succeeded; where it did not, no stream can be opened with this.
  [[nodiscard]] StatusValue status() const { return toValue(status_); }
  [[nodiscard]] std::shared_ptr<divisi::SeparatorNetworks> networks() const { return networks_; }

 private:
  Status compile(const ByteBuffer& bytes) {
    Result<Model> model = Model::open(bytes.span());
    if (!model.ok()) return model.status();
    auto networks = divisi::SeparatorNetworks::compile(model.value());
    if (!networks.ok()) return networks.status();
    networks_ = std::move(networks.value());
    return {};
  }

  Status status_;
  std::shared_ptr<divisi::SeparatorNetworks> networks_;
};

// A Separator with its staging areas: one for what goes in, one for each stem.
class SeparatorStream {
 public:
  SeparatorStream(const SeparatorNetworks& networks, const SeparatorStreamOptions& options) {
    status_ = open(networks, options);
  }

  // Whether the constructor succeeded; where it did not, nothing else may be called.
  [[nodiscard]] StatusValue status() const { return toValue(status_); }
  [[nodiscard]] size_t stageFrames() const { return kStageFrames; }
  [[nodiscard]] size_t stemCount() const { return separator_->stems().size(); }
  [[nodiscard]] std::string stemName(size_t stem) const { return separator_->stems()[stem]; }

  [[nodiscard]] Float32View inputView(size_t channel) const {
    return stages_.input().view(channel);
  }
  [[nodiscard]] Float32View outputView(size_t stem, size_t channel) const {
    return stages_.output(stem).view(channel);
  }

  StatusValue push(size_t frameCount) {
    return toValue(separator_->push(stages_.input().audio(frameCount)));
  }
  [[nodiscard]] size_t available() const { return separator_->available(); }
  size_t pull(size_t maxFrames) {
    return separator_->pull(stages_.stems(), std::min(maxFrames, kStageFrames));
  }
  StatusValue finish() { return toValue(separator_->finish()); }

 private:
  Status open(const SeparatorNetworks& networks, const SeparatorStreamOptions& options) {
    Result<std::unique_ptr<Separator>> separator =
        Separator::create(networks.networks(), toOptions(options));
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
