// Shapes of tensors: dimensions from 1 on, products that cannot overflow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace divisi::nn {

using Shape = std::vector<int64_t>;

/// No tensor of a network may be larger, in elements (2^31 bytes of float32): byte counts then fit
/// 32-bit Wasm with room to spare.
inline constexpr int64_t kMaxElements = int64_t{1} << 29;

/// Axes a tensor may have; XNNPACK allows six, one of which the batch takes in a spatial tensor.
inline constexpr size_t kMaxRank = 5;

/// The product of the dimensions, or nothing when it exceeds `limit` or a dimension is below 1.
[[nodiscard]] inline std::optional<int64_t> product(std::span<const int64_t> dims,
                                                    int64_t limit = kMaxElements) {
  int64_t result = 1;
  for (const int64_t dim : dims) {
    if (dim < 1 || dim > limit / result) return std::nullopt;
    result *= dim;
  }
  return result;
}

/// A dimension, which is never negative, as a count.
[[nodiscard]] constexpr size_t size(int64_t dimension) { return static_cast<size_t>(dimension); }

/// The next multiple from `count` on.
[[nodiscard]] constexpr size_t roundedUp(size_t count, size_t multiple) {
  return (count + multiple - 1) / multiple * multiple;
}

/// The quotient rounded down, unlike that of C++, which rounds towards zero. `b` is above 0.
[[nodiscard]] constexpr int64_t floorDivide(int64_t a, int64_t b) {
  return (a >= 0 ? a : a - b + 1) / b;
}

}  // namespace divisi::nn
