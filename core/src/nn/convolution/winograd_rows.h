// Convolutions whose kernel is three high and wider than that: minimal filtering
// (winograd_transform.h) along the height alone, as wide filters would lose too much of float32.
//
// Work goes by four rows of output. For each of their six points: the combination of input rows,
// and one matrix product for every panel of outputs, whose left-hand rows are the window's pixels
// where they lie. That is half of the multiplications of a direct convolution.
#pragma once

#include <memory>

#include "nn/convolution/fused_convolution.h"

namespace divisi::nn {

[[nodiscard]] bool suitsWinogradRows(const FusedGeometry& geometry);

std::unique_ptr<FusedConvolution> makeWinogradRows(const FusedGeometry& geometry,
                                                   const ConvolutionWeights& weights,
                                                   const FusedOperators& operators);

}  // namespace divisi::nn
