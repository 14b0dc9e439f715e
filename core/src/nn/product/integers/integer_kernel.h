// IntegerKernel: a kernel in 8 bits for products in whole numbers, packed in panels of eight
// outputs.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/float_buffer.h"
#include "nn/product/panel_kernel.h"

namespace divisi::nn {

class IntegerKernel {
 public:
  /// Whether a kernel can be one: in 8 bits, in one group, of an even depth.
  [[nodiscard]] static bool suits(const KernelSource& source);

  /// @param source that suits
  /// @return false when memory ran out
  bool create(const KernelSource& source);

  [[nodiscard]] size_t depth() const { return depth_; }
  [[nodiscard]] size_t panels() const { return panels_; }

  /// The largest whole number of a row whose products with any output can't add up beyond 32 bits.
  [[nodiscard]] int32_t limit() const { return limit_; }
  /// Whether sums of the kernel's products leave enough of 16 bits to the rows.
  [[nodiscard]] bool isPrecise() const { return limit_ >= kLeastLimit; }

  /// Panels [depth / 2][8][2] in 16 bits, one behind the other.
  /// @param expanded depth() * 8 numbers for each of `count`
  void expand(size_t first, size_t count, int16_t* expanded) const;

  /// What a panel's sums are worth: its eight outputs' scales.
  [[nodiscard]] const float* scales(size_t panel) const {
    return scales_.data() + panel * kPanelColumns;
  }

 private:
  // Below 12 bits rows would lose more than the kernel has.
  static constexpr int32_t kLeastLimit = 2047;

  size_t depth_ = 0;
  size_t panels_ = 0;
  int32_t limit_ = 0;
  FloatBuffer values_;  // of bytes: [panel][depth / 2][8][2]
  FloatBuffer scales_;  // [panel][8]
};

}  // namespace divisi::nn
