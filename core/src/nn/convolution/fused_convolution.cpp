#include "nn/convolution/fused_convolution.h"

#include "nn/convolution/narrow_convolution.h"
#include "nn/convolution/winograd_convolution.h"

namespace divisi::nn {

int64_t FusedGeometry::channels() const {
  int64_t sum = 0;
  for (const int64_t count : sourceChannels) sum += count;
  return sum;
}

bool FusedConvolution::suits(const FusedGeometry& geometry) {
  return suitsWinograd(geometry) || suitsNarrowBoth(geometry) || suitsNarrowInput(geometry) ||
         suitsNarrowOutput(geometry);
}

std::unique_ptr<FusedConvolution> FusedConvolution::create(const FusedGeometry& geometry,
                                                           const ConvolutionWeights& weights,
                                                           const FusedOperators& operators) {
  if (suitsWinograd(geometry)) return makeWinograd(geometry, weights, operators);
  if (suitsNarrowBoth(geometry)) return makeNarrowBoth(geometry, weights, operators);
  if (suitsNarrowInput(geometry)) return makeNarrowInput(geometry, weights, operators);
  return makeNarrowOutput(geometry, weights, operators);
}

}  // namespace divisi::nn
