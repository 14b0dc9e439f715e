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
EMSCRIPTEN_DECLARE_VAL_TYPE(OutputList);
EMSCRIPTEN_DECLARE_VAL_TYPE(ChunkList);

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

// Planes of floats: channels of audio, or one plane of rows.
class Stage {
 public:
  Stage(size_t planeCount, size_t planeSize)
      : planeSize_(planeSize), values_(planeCount * planeSize) {
    for (size_t i = 0; i < planeCount; ++i) planes_.push_back(&values_[i * planeSize]);
  }

  [[nodiscard]] Float32View view(size_t plane) const { return viewOf(planes_[plane], planeSize_); }
  [[nodiscard]] float* const* planes() const { return planes_.data(); }
  /// The first frames of a stage of audio.
  [[nodiscard]] AudioView audio(size_t frameCount) const {
    return {.channels = planes_.data(),
            .channelCount = static_cast<int>(planes_.size()),
            .frameCount = std::min(frameCount, planeSize_)};
  }

 private:
  size_t planeSize_;
  std::vector<float> values_;
  std::vector<float*> planes_;
};

}  // namespace divisi::wasm
