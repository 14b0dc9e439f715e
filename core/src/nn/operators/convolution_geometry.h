// The geometry of a conv2d or transposed_conv2d node, as kernels of our own take it.
#pragma once

#include "nn/convolution/fused_convolution.h"
#include "nn/operators/operator.h"

namespace divisi::nn {

[[nodiscard]] inline FusedGeometry geometryOf(const Node& node, const Shape& input,
                                              const Shape& output) {
  const Attributes& a = node.attributes;
  const Shape& kernel = node.weights[0].tensor->shape;
  return {.transposed = node.op->role == Role::kTransposedConvolution,
          .input = {input[0], input[1]},
          .output = {output[0], output[1]},
          .kernel = {kernel[1], kernel[2]},
          .stride = a.stride,
          .dilation = a.dilation,
          .before = {a.padding[0], a.padding[2]},
          .sourceChannels = {input[2]},
          .outputs = kernel[0],
          .groups = a.groups};
}

}  // namespace divisi::nn
