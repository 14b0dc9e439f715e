// Products of whole matrices, in blocks that stay in a core's own cache.
#pragma once

#include <cstddef>

#include "nn/product/panel_kernel.h"

namespace divisi::nn {

/// Rows of floats, `stride` apart.
struct MatrixView {
  const float* first = nullptr;
  size_t rows = 0;
  size_t stride = 0;
};

/// What is done with the sums of a dense layer.
struct DenseFinish {
  const float* bias = nullptr;  ///< one for each output; null: none
  bool relu = false;

  /// That of the outputs from `column` on.
  [[nodiscard]] DenseFinish from(size_t column) const {
    return {.bias = bias == nullptr ? nullptr : bias + column, .relu = relu};
  }
};

/// Finishes `columns` sums of rows that lie `stride` floats apart.
void finishRows(const DenseFinish& finish, size_t columns, size_t rows, float* first,
                size_t stride);

/// Floats of scratch memory for multiplyDense().
[[nodiscard]] size_t denseScratch(const PanelKernel& kernel);

/// result[r][o] = sum over k of left[r][k] * kernel[o][k], finished; `outputs` of them in a row.
void multiplyDense(const MatrixView& left, const PanelKernel& kernel, size_t outputs,
                   const DenseFinish& finish, float* result, float* scratch);

/// Floats of scratch memory for multiplyMatrices().
[[nodiscard]] size_t matricesScratch(size_t depth, size_t columns);

/// result[r][j] = sum over k of left[r][k] * right[k][j].
/// @param right [depth][columns], or with `isTransposed` [columns][depth]
void multiplyMatrices(const MatrixView& left, const float* right, bool isTransposed, size_t depth,
                      size_t columns, float* result, float* scratch);

/// Packs `columns` columns of a right-hand matrix as panels [depth][8], missing ones as zeros.
/// @param right its first column: element (k, j) lies at k * depthStride + j * columnStride; one of
/// the strides is 1
void packRight(const float* right, size_t depthStride, size_t columnStride, size_t depth,
               size_t columns, float* panels);

}  // namespace divisi::nn
