// Small matrix products in float32, in blocks that stay in registers: what convolutions, dense
// layers and attention are made of.
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

/// Where the columns of a product go.
struct PanelResult {
  float* first = nullptr;
  size_t stride = 0;               ///< from row to row, in floats
  size_t columns = kPanelColumns;  ///< that are wanted, of the panel's eight
  bool adds = false;               ///< to what is there
};

/// result[r][j] = sum over parts s and k of lefts[s][r * leftStride + k] * panel[s][k][j],
/// j < result.columns. The parts are one matrix with a gap between them: the rows of a kernel's
/// window, say.
/// @param depth of each part
/// @param leftStride distance between rows, in floats
void multiplyPanel(std::span<const float* const> lefts, size_t rows, size_t depth,
                   size_t leftStride, const float* panel, const PanelResult& result);

inline void multiplyPanel(std::span<const float* const> lefts, size_t rows, size_t depth,
                          size_t leftStride, const float* panel, float* result,
                          size_t resultStride) {
  multiplyPanel(lefts, rows, depth, leftStride, panel, {.first = result, .stride = resultStride});
}

/// result[j] = sum over k of left[k] * panels[j / 8][k][j % 8], j < columns: one row, for which
/// several panels are multiplied at a time.
/// @param adds to what is there
void multiplyVector(const float* left, size_t depth, const float* panels, size_t columns, bool adds,
                    float* result);

}  // namespace divisi::nn
