// Convolutions with few channels on one side, as at the ends of a U-Net: what is short there is
// kept out of the vectors.
#pragma once

#include <memory>

#include "nn/convolution/fused_convolution.h"

namespace divisi::nn {

/// transposed_conv2d of many channels to few, and conv2d of many to three at most: the products of
/// each input pixel with all taps, then sums of those that meet in an output pixel, eight pixels
/// side by side.
[[nodiscard]] bool suitsNarrowOutput(const FusedGeometry& geometry);
std::unique_ptr<FusedConvolution> makeNarrowOutput(const FusedGeometry& geometry,
                                                   const ConvolutionWeights& weights,
                                                   const FusedOperators& operators);

/// conv2d of few channels to few: each output is a sum of shifted planes.
[[nodiscard]] bool suitsNarrowBoth(const FusedGeometry& geometry);
std::unique_ptr<FusedConvolution> makeNarrowBoth(const FusedGeometry& geometry,
                                                 const ConvolutionWeights& weights,
                                                 const FusedOperators& operators);

}  // namespace divisi::nn
