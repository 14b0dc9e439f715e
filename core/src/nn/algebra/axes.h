// Axes: how the elements of arrays of several axes lie in memory, and visiting them in order.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace divisi::nn {

/// An axis that one or two arrays have in common.
struct Axis {
  size_t count = 1;
  std::array<size_t, 2> strides = {};  ///< elements from one index to the next, in each array
};

/// The same elements in the same order with as few axes as possible.
inline std::vector<Axis> merged(std::span<const Axis> axes) {
  std::vector<Axis> result;
  for (const Axis& axis : axes) {
    if (axis.count == 1) continue;
    const auto continues = [&](size_t array) {
      return result.back().strides[array] == axis.count * axis.strides[array];
    };
    if (!result.empty() && continues(0) && continues(1)) {
      result.back().count *= axis.count;
      result.back().strides = axis.strides;
    } else {
      result.push_back(axis);
    }
  }
  return result;
}

/// Calls visit({offset in the first array, in the second}) for each element, the last axis fastest.
template <typename Visit>
void forEachIndex(std::span<const Axis> axes, Visit&& visit, std::array<size_t, 2> at = {}) {
  if (axes.empty()) {
    visit(at);
    return;
  }
  for (size_t i = 0; i < axes[0].count; ++i) {
    forEachIndex(axes.subspan(1), visit, at);
    at[0] += axes[0].strides[0];
    at[1] += axes[0].strides[1];
  }
}

}  // namespace divisi::nn
