#include "nn/product/integers/integer_kernel.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace divisi::nn {
namespace {

using Bytes = int8_t __attribute__((vector_size(8)));
using Shorts = int16_t __attribute__((vector_size(16)));

}  // namespace

bool IntegerKernel::suits(const KernelSource& source) {
  return source.format == KernelFormat::kByte && source.groups == 1 &&
         source.taps * source.channels % 2 == 0;
}

bool IntegerKernel::create(const KernelSource& source) {
  depth_ = source.taps * source.channels;
  panels_ = (source.outputs + kPanelColumns - 1) / kPanelColumns;
  const size_t inPanel = depth_ * kPanelColumns;
  values_ = FloatBuffer((panels_ * inPanel + sizeof(float) - 1) / sizeof(float));
  scales_ = FloatBuffer(panels_ * kPanelColumns);
  if (!values_ || !scales_) return false;
  auto* const bytes = reinterpret_cast<int8_t*>(values_.data());
  std::fill_n(bytes, panels_ * inPanel, int8_t{0});
  std::fill_n(scales_.data(), scales_.size(), 0.0F);
  std::memcpy(scales_.data(), source.scales, source.outputs * sizeof(float));
  int64_t largest = 1;
  for (size_t output = 0; output < source.outputs; ++output) {
    const auto* from = reinterpret_cast<const int8_t*>(source.values) + output * depth_;
    int8_t* to = bytes + output / kPanelColumns * inPanel + output % kPanelColumns * 2;
    int64_t sum = 0;
    for (size_t k = 0; k < depth_; ++k) {
      to[k / 2 * 2 * kPanelColumns + k % 2] = from[k];
      sum += std::abs(static_cast<int>(from[k]));
    }
    largest = std::max(largest, sum);
  }
  limit_ = static_cast<int32_t>(std::min<int64_t>(INT16_MAX, INT32_MAX / largest));
  return true;
}

void IntegerKernel::expand(size_t first, size_t count, int16_t* expanded) const {
  const size_t inPanel = depth_ * kPanelColumns;
  const auto* from = reinterpret_cast<const int8_t*>(values_.data()) + first * inPanel;
  for (size_t i = 0; i < count * inPanel; i += sizeof(Bytes)) {
    Bytes bytes;
    std::memcpy(&bytes, from + i, sizeof(bytes));
    const Shorts shorts = __builtin_convertvector(bytes, Shorts);
    std::memcpy(expanded + i, &shorts, sizeof(shorts));
  }
}

}  // namespace divisi::nn
