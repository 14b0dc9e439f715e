// Convolutions of many channels by minimal filtering (winograd_transform.h), after Lavin and Gray
// ("Fast Algorithms for Convolutional Neural Networks", CVPR 2016).
//
// Work goes by blocks of tiles. For each: the input's transform, one small matrix product for each
// pair of points (tiles x channels times channels x outputs), the result's transform. Everything in
// between stays in scratch memory of the size of a cache.
#pragma once

#include <memory>

#include "nn/convolution/fused_convolution.h"

namespace divisi::nn {

[[nodiscard]] bool suitsWinograd(const FusedGeometry& geometry);

std::unique_ptr<FusedConvolution> makeWinograd(const FusedGeometry& geometry,
                                               const ConvolutionWeights& weights,
                                               const FusedOperators& operators);

}  // namespace divisi::nn
