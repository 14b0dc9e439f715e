#include "base/float_buffer.h"

#include <cstdint>
#include <cstdlib>

namespace divisi {
namespace {

constexpr size_t kAlignment = 64;

// What the system gave, right before the first aligned place in it.
void*& allocation(float* aligned) { return reinterpret_cast<void**>(aligned)[-1]; }

}  // namespace

// calloc leaves pages untouched that are zero already, as a memset would not.
FloatBuffer::FloatBuffer(size_t size) {
  constexpr size_t kMost = (SIZE_MAX - kSlackBytes - kAlignment) / sizeof(float);
  if (size > kMost) return;
  void* memory = std::calloc(size * sizeof(float) + kSlackBytes + kAlignment, 1);
  if (memory == nullptr) return;
  // malloc aligns for a pointer at least, so that there is room for one.
  const size_t before = kAlignment - reinterpret_cast<uintptr_t>(memory) % kAlignment;
  auto* aligned = reinterpret_cast<float*>(static_cast<char*>(memory) + before);
  allocation(aligned) = memory;
  data_.reset(aligned);
  size_ = size;
}

void FloatBuffer::Free::operator()(float* p) const { std::free(allocation(p)); }

}  // namespace divisi
