// A step that copies elements from indices of its input which each axis chooses for itself: parts,
// selections, reflections and repetitions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "nn/operators/operator.h"

namespace divisi::nn {

/// What the result has along an axis: `count` indices of the input's axis, by a table or evenly
/// spaced.
struct AxisIndices {
  size_t count = 0;
  std::unique_ptr<uint32_t[]> table;  ///< if null, start + i * step
  std::ptrdiff_t start = 0;
  std::ptrdiff_t step = 1;
};

/// The indices as a table, which is null when memory ran out.
template <typename IndexAt>
AxisIndices tableOf(size_t count, IndexAt&& indexAt) {
  AxisIndices result;
  result.count = count;
  result.step = 0;
  result.table.reset(new (std::nothrow) uint32_t[count]);
  for (size_t i = 0; result.table && i < count; ++i) {
    result.table[i] = static_cast<uint32_t>(indexAt(i));
  }
  return result;
}

/// @param axes one for each axis of the node's first input
/// @return kOutOfMemory when one of them has no table for want of memory
Result<std::unique_ptr<Step>> makeIndexedCopy(const StepRequest& request,
                                              std::vector<AxisIndices> axes);

/// For each axis of the node's first input all of it, as it is.
std::vector<AxisIndices> wholeAxes(const StepRequest& request);

}  // namespace divisi::nn
