// TensorBuffer: a float array that XNNPACK may read a little past the end of.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace divisi::nn {

/// Zero-filled, 64-byte aligned, with XNN_EXTRA_BYTES of slack. Empty when memory ran out.
class TensorBuffer {
 public:
  TensorBuffer() = default;
  explicit TensorBuffer(size_t elementCount);

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

}  // namespace divisi::nn
