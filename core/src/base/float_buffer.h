// FloatBuffer: a zero-filled float array whose allocation can fail without ending the program.
//
// std::vector throws when memory runs out, and the core is built without exceptions: in a browser
// that would be the end of the whole instance. Large arrays are therefore taken here and checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

namespace divisi::audio {

class FloatBuffer {
 public:
  FloatBuffer() = default;

  /// `size` zeros; size() stays 0 when memory ran out.
  explicit FloatBuffer(size_t size) {
    if (size == 0 || size > SIZE_MAX / sizeof(float)) return;
    data_.reset(static_cast<float*>(std::calloc(size, sizeof(float))));
    if (data_ != nullptr) size_ = size;
  }

  [[nodiscard]] float* data() { return data_.get(); }
  [[nodiscard]] const float* data() const { return data_.get(); }
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] std::span<float> span() { return {data_.get(), size_}; }

 private:
  struct Free {
    void operator()(float* p) const { std::free(p); }
  };
  std::unique_ptr<float[], Free> data_;
  size_t size_ = 0;
};

}  // namespace divisi::audio
