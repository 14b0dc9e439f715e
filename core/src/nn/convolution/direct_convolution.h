// Convolutions of any shape, transposed or not, with groups or without: matrix products whose
// left-hand rows are the window's pixels where they lie, so that no patch is ever copied.
//
// A transposed convolution computes each phase of its stride (the outputs at the same place modulo
// the stride) by the taps that reach it; an ordinary one is a single phase.
#pragma once

#include <memory>

#include "nn/convolution/fused_convolution.h"

namespace divisi::nn {

[[nodiscard]] bool suitsDirect(const FusedGeometry& geometry);
std::unique_ptr<FusedConvolution> makeDirect(const FusedGeometry& geometry,
                                             const ConvolutionWeights& weights,
                                             const FusedOperators& operators);

}  // namespace divisi::nn
