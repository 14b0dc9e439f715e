// Small matrix products in float32: the multiplications of a fused convolution.
#pragma once

#include <cstddef>
#include <span>

namespace divisi::nn {

/// Columns of a packed right-hand matrix: it is stored as [depth][kPanelColumns].
inline constexpr size_t kPanelColumns = 8;

/// Weights [outputs][depth] as panels [outputs / 8][depth][8]; `outputs` is a multiple of 8.
template <typename T>
void packPanels(std::span<const T> weights, size_t outputs, T* panels) {
  const size_t depth = weights.size() / outputs;
  for (size_t output = 0; output < outputs; ++output) {
    T* target = panels + output / kPanelColumns * kPanelColumns * depth + output % kPanelColumns;
    for (size_t k = 0; k < depth; ++k) target[k * kPanelColumns] = weights[output * depth + k];
  }
}

/// result[r][j] = sum over parts s and k of lefts[s][r * leftStride + k] * panel[s][k][j],
/// j < kPanelColumns. The parts are one matrix with a gap between them: the rows of a kernel's
/// window, say.
/// @param depth of each part
/// @param leftStride, resultStride distance between rows, in floats
void multiplyPanel(std::span<const float* const> lefts, size_t rows, size_t depth,
                   size_t leftStride, const float* panel, float* result, size_t resultStride);

}  // namespace divisi::nn
