// Shapes of tensors: dimensions from 1 on, products that cannot overflow; as text and from JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/integers.h"

namespace divisi {
class JsonFields;
}

namespace divisi::nn {

using divisi::product;

using Shape = std::vector<int64_t>;

/// No tensor of a network may be larger, in elements (2^31 bytes of float32): byte counts then fit
/// 32-bit Wasm with room to spare.
inline constexpr int64_t kMaxElements = int64_t{1} << 29;

/// Axes a tensor may have; XNNPACK allows no more.
inline constexpr size_t kMaxRank = 6;

/// The number of elements, or nothing when it exceeds kMaxElements or a dimension is below 1.
[[nodiscard]] inline std::optional<int64_t> product(std::span<const int64_t> dims) {
  return product(dims, kMaxElements);
}

/// Of a shape that has been checked: the product is known to exist.
[[nodiscard]] inline int64_t elementsIn(std::span<const int64_t> dims) {
  int64_t elements = 1;
  for (const int64_t dim : dims) elements *= dim;
  return elements;
}

/// Axis `axis`, of which a negative one counts from the end, from the front. It is one of `rank`.
[[nodiscard]] inline size_t resolveAxis(int64_t axis, size_t rank) {
  return static_cast<size_t>(axis < 0 ? axis + static_cast<int64_t>(rank) : axis);
}

/// "[512, 1024, 2]".
[[nodiscard]] std::string shapeText(std::span<const int64_t> shape);

/// A member that is a shape: 1 to kMaxRank dimensions of at least 1, within kMaxElements.
Shape readShape(JsonFields& fields, std::string_view key);

}  // namespace divisi::nn
