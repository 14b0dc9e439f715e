// FloatBuffer: an array of floats whose allocation can fail without ending the program.
//
// std::vector throws when memory runs out, and the core is built without exceptions: in a browser
// that would be the end of the whole instance. Large arrays are therefore taken here and checked.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace divisi {

/// Zero-filled, 64-byte aligned, with kSlackBytes behind. Empty, with a size() of 0, when memory
/// ran out.
class FloatBuffer {
 public:
  /// What XNNPACK's kernels may read past the end, and throw away.
  static constexpr size_t kSlackBytes = 16;

  FloatBuffer() = default;
  explicit FloatBuffer(size_t size);

  [[nodiscard]] float* data() { return data_.get(); }
  [[nodiscard]] const float* data() const { return data_.get(); }
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] std::span<float> span() { return {data_.get(), size_}; }
  [[nodiscard]] std::span<const float> span() const { return {data_.get(), size_}; }
  [[nodiscard]] explicit operator bool() const { return data_ != nullptr; }

 private:
  struct Free {
    void operator()(float* p) const;
  };
  std::unique_ptr<float[], Free> data_;
  size_t size_ = 0;
};

}  // namespace divisi
