// PanelKernel: a kernel packed in panels of eight outputs for matrix products, in memory as wide as
// in the file: panels in 16 or 8 bits are expanded when they are needed, a few at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/float_buffer.h"
#include "nn/product/matrix_product.h"

namespace divisi::nn {

enum class KernelFormat { kFloat, kHalf, kByte };

/// A kernel [groups * outputs][taps][channels] as it lies in a file: at any address, of finite
/// numbers.
struct KernelSource {
  KernelFormat format = KernelFormat::kFloat;
  const std::byte* values = nullptr;
  const std::byte* scales = nullptr;  ///< of kByte: a float for each output
  size_t groups = 1;
  size_t outputs = 0;  ///< of each group
  size_t taps = 1;
  size_t channels = 0;
};

class PanelKernel {
 public:
  /// @param tapOrder the tap that lies at each place of a panel; empty: as in the source
  /// @param expand keep float32, which costs memory and saves the time of expanding
  /// @return false when memory ran out
  bool create(const KernelSource& source, std::span<const size_t> tapOrder, bool expand);

  [[nodiscard]] size_t depth() const { return depth_; }
  /// Panels of each group; the last one's missing outputs are zeros.
  [[nodiscard]] size_t panelsOfGroup() const { return panelsOfGroup_; }
  [[nodiscard]] bool isExpanded() const { return format_ == KernelFormat::kFloat; }

  /// Panels [depth][8], one behind the other.
  /// @param scratch depth() * 8 floats for each of `count`; unused if isExpanded()
  const float* panels(size_t first, size_t count, float* scratch) const;

 private:
  KernelFormat format_ = KernelFormat::kFloat;
  size_t depth_ = 0;
  size_t panelsOfGroup_ = 0;
  FloatBuffer values_;  // of any format: [panel][depth][8]
  FloatBuffer scales_;  // of kByte: [panel][8]
};

}  // namespace divisi::nn
