#include "nn/convolution/fused_convolution.h"

#include "nn/convolution/direct_convolution.h"
#include "nn/convolution/narrow_convolution.h"
#include "nn/convolution/winograd_convolution.h"
#include "nn/convolution/winograd_rows.h"

namespace divisi::nn {

int64_t FusedGeometry::channels() const {
  int64_t sum = 0;
  for (const int64_t count : sourceChannels) sum += count;
  return sum;
}

ConvolutionKind FusedConvolution::kindFor(const FusedGeometry& geometry) {
  if (suitsWinograd(geometry)) return ConvolutionKind::kWinograd;
  if (suitsNarrowBoth(geometry)) return ConvolutionKind::kNarrowBoth;
  if (suitsNarrowOutput(geometry)) return ConvolutionKind::kNarrowOutput;
  if (suitsWinogradRows(geometry)) return ConvolutionKind::kWinogradRows;
  return suitsDirect(geometry) ? ConvolutionKind::kDirect : ConvolutionKind::kNone;
}

std::unique_ptr<FusedConvolution> FusedConvolution::create(const FusedGeometry& geometry,
                                                           const ConvolutionWeights& weights,
                                                           const FusedOperators& operators) {
  switch (kindFor(geometry)) {
    case ConvolutionKind::kWinograd:
      return makeWinograd(geometry, weights, operators);
    case ConvolutionKind::kNarrowBoth:
      return makeNarrowBoth(geometry, weights, operators);
    case ConvolutionKind::kNarrowOutput:
      return makeNarrowOutput(geometry, weights, operators);
    case ConvolutionKind::kWinogradRows:
      return makeWinogradRows(geometry, weights, operators);
    case ConvolutionKind::kDirect:
    case ConvolutionKind::kNone:
      break;
  }
  return makeDirect(geometry, weights, operators);
}

}  // namespace divisi::nn
