// AxisFilter: one axis of a convolution computed with fewer multiplications.
//
// A filter with r taps gives m neighbouring outputs by m + r - 1 multiplications instead of m * r
// (Winograd, "Arithmetic Complexity of Computations", 1980; the construction by Toom and Cook:
// polynomials are multiplied through their values at m + r - 1 points). Both axes together save the
// square of that. A convolution with stride s is the sum of s filters over every s-th input; a
// transposed one interleaves the results of s filters: both are done here, each filter (phase) with
// points of its own.
//
//   outputs = resultMatrix * ((kernelMatrix * kernel) .* (inputMatrix * inputs))
#pragma once

#include <cstdint>
#include <optional>

#include "nn/algebra/linear_combination.h"

namespace divisi::nn {

struct AxisGeometry {
  int64_t kernel = 1;
  int64_t stride = 1;
  /// Zero padding before the input; for a transposed convolution what is cropped off the result.
  int64_t before = 0;
  bool transposed = false;
};

struct AxisFilter {
  int64_t points = 0;      ///< products
  int64_t window = 0;      ///< inputs that a tile reads
  int64_t origin = 0;      ///< the first of them for the first tile; negative in the padding
  int64_t inputStep = 0;   ///< from tile to tile
  int64_t outputStep = 0;  ///< outputs of a tile
  SparseMatrix input;      ///< [points][window]
  SparseMatrix kernel;     ///< [points][kernel]
  SparseMatrix result;     ///< [outputStep][points]
};

/// @param size outputs of each phase in a tile: 2 or 4. Larger ones multiply less and round more.
/// @return nothing where a phase would have more than three taps or none: the factors grow so fast
/// that float32 loses too much.
[[nodiscard]] std::optional<AxisFilter> makeAxisFilter(const AxisGeometry& geometry, int64_t size);

}  // namespace divisi::nn
