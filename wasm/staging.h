// What crosses the border in both directions: views, statuses, and the staging areas behind them.
#pragma once

#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "divisi/audio.h"
#include "divisi/status.h"

// The typed arrays and lists that --emit-tsd writes into the TypeScript declarations.
EMSCRIPTEN_DECLARE_VAL_TYPE(Float32View);
EMSCRIPTEN_DECLARE_VAL_TYPE(Float64View);
EMSCRIPTEN_DECLARE_VAL_TYPE(ByteView);
EMSCRIPTEN_DECLARE_VAL_TYPE(StringList);
EMSCRIPTEN_DECLARE_VAL_TYPE(NumberList);

namespace divisi::wasm {

// One stage of audio: 0.4 s at 44.1 kHz. Large enough that a call costs nothing beside the copy,
// small enough that eight channels of every stem stay below a few MiB.
constexpr size_t kStageFrames = 16384;

struct StatusValue {
  std::string code = "ok";
  std::string message;
};

inline StatusValue toValue(const Status& status) {
  if (status.ok()) return {};
  return {codeName(status.code()), status.message()};
}

// Bytes that JavaScript fills in.
class ByteBuffer {
 public:
  explicit ByteBuffer(size_t size) : bytes_(new std::byte[size]), size_(size) {}

  [[nodiscard]] ByteView view() const {
    return ByteView(emscripten::val(
        emscripten::typed_memory_view(size_, reinterpret_cast<uint8_t*>(bytes_.get()))));
  }
  [[nodiscard]] std::span<const std::byte> span() const { return {bytes_.get(), size_}; }

 private:
  // Not a vector: JavaScript overwrites every byte, so zeroing them first would be wasted.
  std::unique_ptr<std::byte[]> bytes_;
  size_t size_;
};

inline Float32View viewOf(float* samples, size_t count) {
  return Float32View(emscripten::val(emscripten::typed_memory_view(count, samples)));
}

// Planar audio, [channel][kStageFrames].
class AudioStage {
 public:
  void allocate(size_t channelCount) {
    samples_.resize(channelCount * kStageFrames);
    for (size_t i = 0; i < channelCount; ++i) channels_.push_back(&samples_[i * kStageFrames]);
  }

  [[nodiscard]] Float32View view(size_t channel) const {
    return viewOf(channels_[channel], kStageFrames);
  }
  [[nodiscard]] float* const* channels() const { return channels_.data(); }
  /// The first frames of the stage.
  [[nodiscard]] AudioView audio(size_t frameCount) const {
    return {.channels = channels_.data(),
            .channelCount = static_cast<int>(channels_.size()),
            .frameCount = std::min(frameCount, kStageFrames)};
  }

 private:
  std::vector<float> samples_;
  std::vector<float*> channels_;
};

// What a separator's stream stages: audio that goes in, and each stem that comes out.
class StemStages {
 public:
  void allocate(size_t channelCount, size_t stemCount) {
    input_.allocate(channelCount);
    outputs_.resize(stemCount);
    for (AudioStage& output : outputs_) {
      output.allocate(channelCount);
      stems_.push_back(output.channels());
    }
  }

  [[nodiscard]] const AudioStage& input() const { return input_; }
  [[nodiscard]] const AudioStage& output(size_t stem) const { return outputs_[stem]; }
  /// [stem][channel], as pull() takes them.
  [[nodiscard]] float* const* const* stems() const { return stems_.data(); }

 private:
  AudioStage input_;
  std::vector<AudioStage> outputs_;
  std::vector<float* const*> stems_;
};

}  // namespace divisi::wasm
