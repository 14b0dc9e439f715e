// Products in which each channel has weights of its own: depthwise convolutions.
#pragma once

#include <cstddef>
#include <span>

#include "nn/product/matrix_product.h"

namespace divisi::nn {

/// result[r][j] = sum over parts s of lefts[s][r * leftStride + j] * weights[s][j],
/// j < result.columns.
/// @param weights [part][kPanelColumns]
void multiplyChannels(std::span<const float* const> lefts, size_t rows, size_t leftStride,
                      const float* weights, const PanelResult& result);

}  // namespace divisi::nn
