#include "base/tensor_buffer.h"

#include <xnnpack.h>

#include <cstdlib>
#include <cstring>

namespace divisi::nn {
namespace {

constexpr size_t kAlignment = 64;

}  // namespace

TensorBuffer::TensorBuffer(size_t elementCount) {
  constexpr size_t kMost = (SIZE_MAX - XNN_EXTRA_BYTES - kAlignment) / sizeof(float);
  if (elementCount > kMost) return;
  // aligned_alloc wants a multiple of the alignment.
  const size_t bytes = elementCount * sizeof(float) + XNN_EXTRA_BYTES;
  const size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  void* memory = std::aligned_alloc(kAlignment, rounded);
  if (memory == nullptr) return;
  std::memset(memory, 0, rounded);
  data_.reset(static_cast<float*>(memory));
  size_ = elementCount;
}

void TensorBuffer::Free::operator()(float* p) const { std::free(p); }

}  // namespace divisi::nn
