#include "nn/product/panel_kernel.h"

#include <algorithm>
#include <cstring>

#include "base/lanes.h"

namespace divisi::nn {
namespace {

using Halves = uint16_t __attribute__((vector_size(kLanes * sizeof(uint16_t))));
using Bytes = int8_t __attribute__((vector_size(kLanes)));
using Bits = uint32_t __attribute__((vector_size(sizeof(Lanes))));

template <typename T>
T loadAs(const void* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// Finite half precision: its exponent and mantissa, moved to where float32 has them, are 2^112
// times too small; the product is right for what is too small for an exponent, too.
Lanes expanded(Halves halves) {
  const Bits bits = __builtin_convertvector(halves, Bits);
  const Bits magnitude = (bits & 0x7FFFU) << 13U;
  const Bits sign = (bits & 0x8000U) << 16U;
  constexpr float kTwoTo112 = 5.192296858534828e33F;
  const Lanes value = loadAs<Lanes>(&magnitude) * kTwoTo112;
  const Bits result = loadAs<Bits>(&value) | sign;
  return loadAs<Lanes>(&result);
}

template <typename T>
void pack(const KernelSource& source, std::span<const size_t> tapOrder, size_t panelsOfGroup,
          T* target) {
  const size_t depth = source.taps * source.channels;
  for (size_t output = 0; output < source.groups * source.outputs; ++output) {
    const size_t within = output % source.outputs;
    const size_t panel = output / source.outputs * panelsOfGroup + within / kPanelColumns;
    T* to = target + panel * depth * kPanelColumns + within % kPanelColumns;
    for (size_t place = 0; place < source.taps; ++place) {
      const size_t tap = tapOrder.empty() ? place : tapOrder[place];
      const std::byte* from = source.values + (output * depth + tap * source.channels) * sizeof(T);
      for (size_t c = 0; c < source.channels; ++c, to += kPanelColumns) {
        *to = loadAs<T>(from + c * sizeof(T));
      }
    }
  }
}

size_t widthOf(KernelFormat format) {
  if (format == KernelFormat::kFloat) return sizeof(float);
  return format == KernelFormat::kHalf ? sizeof(uint16_t) : sizeof(int8_t);
}

}  // namespace

bool PanelKernel::create(const KernelSource& source, std::span<const size_t> tapOrder,
                         bool expand) {
  format_ = source.format;
  depth_ = source.taps * source.channels;
  panelsOfGroup_ = (source.outputs + kPanelColumns - 1) / kPanelColumns;
  const size_t panels = source.groups * panelsOfGroup_;
  const size_t elements = panels * depth_ * kPanelColumns;
  values_ = FloatBuffer((elements * widthOf(format_) + sizeof(float) - 1) / sizeof(float));
  if (!values_) return false;
  if (format_ == KernelFormat::kFloat) {
    pack<float>(source, tapOrder, panelsOfGroup_, values_.data());
    return true;
  }
  if (format_ == KernelFormat::kHalf) {
    pack<uint16_t>(source, tapOrder, panelsOfGroup_, reinterpret_cast<uint16_t*>(values_.data()));
  } else {
    pack<int8_t>(source, tapOrder, panelsOfGroup_, reinterpret_cast<int8_t*>(values_.data()));
    scales_ = FloatBuffer(panels * kPanelColumns);
    if (!scales_) return false;
    const KernelSource scales = {
        .values = source.scales, .groups = source.groups, .outputs = source.outputs, .channels = 1};
    pack<float>(scales, {}, panelsOfGroup_, scales_.data());
  }
  if (!expand) return true;
  FloatBuffer floats(elements);
  if (!floats) return false;
  this->panels(0, panels, floats.data());
  values_ = std::move(floats);
  scales_ = {};
  format_ = KernelFormat::kFloat;
  return true;
}

const float* PanelKernel::panels(size_t first, size_t count, float* scratch) const {
  const size_t inPanel = depth_ * kPanelColumns;
  if (isExpanded()) return values_.data() + first * inPanel;
  float* to = scratch;
  if (format_ == KernelFormat::kHalf) {
    const auto* from = reinterpret_cast<const uint16_t*>(values_.data()) + first * inPanel;
    for (size_t i = 0; i < count * inPanel; i += kLanes) {
      storeLanes(to + i, expanded(loadAs<Halves>(from + i)));
    }
    return scratch;
  }
  const auto* from = reinterpret_cast<const int8_t*>(values_.data()) + first * inPanel;
  for (size_t panel = 0; panel < count; ++panel) {
    const float* scales = scales_.data() + (first + panel) * kPanelColumns;
    const Lanes low = loadLanes(scales);
    const Lanes high = loadLanes(scales + kLanes);
    for (size_t k = 0; k < depth_; ++k, from += kPanelColumns, to += kPanelColumns) {
      storeLanes(to, __builtin_convertvector(loadAs<Bytes>(from), Lanes) * low);
      storeLanes(to + kLanes, __builtin_convertvector(loadAs<Bytes>(from + kLanes), Lanes) * high);
    }
  }
  return scratch;
}

}  // namespace divisi::nn
