// Products in whole numbers, for kernels in 8 bits: one instruction multiplies eight numbers and
// adds them in pairs where one for float32 multiplies four. Any processor has it, so that results
// are the same everywhere.
#pragma once

#include <cstddef>
#include <cstdint>

#include "nn/product/integers/integer_rows.h"
#include "nn/product/matrix_product.h"

namespace divisi::nn {

/// result[r][j] = left.scales[r] * scales[j] * sum over k of left[r][k] * panel[k / 2][j][k % 2],
/// j < result.columns. The sums must fit in 32 bits.
/// @param depth even
/// @param panel [depth / 2][8][2]. @param scales of its eight columns
/// @param result one that doesn't add
void multiplyIntegers(const IntegerRows& left, size_t depth, const int16_t* panel,
                      const float* scales, const PanelResult& result);

}  // namespace divisi::nn
