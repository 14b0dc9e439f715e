// Small matrix products in float32: the multiplications of a filtered convolution.
#pragma once

#include <cstddef>

namespace divisi::nn {

/// Columns of a packed right-hand matrix: it is stored as [depth][kPanelColumns].
inline constexpr size_t kPanelColumns = 8;

/// result[r][j] = sum over k of left[r][k] * panel[k][j], j < kPanelColumns.
/// @param leftStride, resultStride distance between rows, in floats.
void multiplyPanel(const float* left, size_t rows, size_t depth, size_t leftStride,
                   const float* panel, float* result, size_t resultStride);

}  // namespace divisi::nn
