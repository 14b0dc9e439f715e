// Rows of a matrix as whole numbers of 16 bits, each row with a scale of its own.
#pragma once

#include <cstddef>
#include <cstdint>

namespace divisi::nn {

struct IntegerRows {
  const int16_t* first = nullptr;
  size_t count = 0;
  size_t stride = 0;              ///< from row to row, in numbers
  const float* scales = nullptr;  ///< what a whole number of each row is worth
};

/// Rounds a row so that its largest number, of either sign, becomes `limit`.
/// @return what a whole number is worth; NaN if not all of the row is finite
[[nodiscard]] float roundRow(const float* from, size_t count, float limit, int16_t* to);

}  // namespace divisi::nn
