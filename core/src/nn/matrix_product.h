// Small matrix products in float32: the multiplications of a fused convolution.
#pragma once

#include <cstddef>
#include <span>

namespace divisi::nn {

/// Columns of a packed right-hand matrix: it is stored as [depth][kPanelColumns].
inline constexpr size_t kPanelColumns = 8;

/// result[r][j] = sum over parts s and k of lefts[s][r * leftStride + k] * panel[s][k][j],
/// j < kPanelColumns. The parts are one matrix with a gap between them: the rows of a kernel's
/// window, say.
/// @param depth of each part
/// @param leftStride, resultStride distance between rows, in floats
void multiplyPanel(std::span<const float* const> lefts, size_t rows, size_t depth,
                   size_t leftStride, const float* panel, float* result, size_t resultStride);

}  // namespace divisi::nn
