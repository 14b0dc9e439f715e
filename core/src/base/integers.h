// Arithmetic of counts and positions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace divisi {

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

/// The product of the dimensions, or nothing when it exceeds `limit` or a dimension is below 1.
[[nodiscard]] inline std::optional<int64_t> product(std::span<const int64_t> dims, int64_t limit) {
  int64_t result = 1;
  for (const int64_t dim : dims) {
    if (dim < 1 || dim > limit / result) return std::nullopt;
    result *= dim;
  }
  return result;
}

}  // namespace divisi
