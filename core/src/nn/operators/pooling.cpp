// Emitters of affine and reduce_max, which are operators of XNNPACK in disguise.
#include <algorithm>

#include "nn/operators/operators.h"
#include "nn/operators/xnn_operators.h"

namespace divisi::nn {

// Multiplying and adding with constants would take two passes over the tensor, and XNNPACK would
// borrow the constants for as long as the network lives. As a depthwise convolution with a 1 x 1
// kernel it is one pass, and the constants are packed into the operator.
Tensor emitAffine(Builder& b, const Emission& e) {
  const int64_t channels = e.inputShapes[0]->back();
  int64_t rows = *product(*e.inputShapes[0]) / channels;

  // The kernels work on vectors along the channels: with few channels several pixels are taken
  // together as one.
  constexpr int64_t kGoodChannels = 16;
  int64_t together = 1;
  while (channels * together < kGoodChannels && rows % 2 == 0) {
    rows /= 2;
    together *= 2;
  }
  const int64_t wide = channels * together;

  const auto repeated = [&](const Weight& weight) {
    FloatBuffer once = b.weight(weight);
    FloatBuffer many = b.scratch(static_cast<size_t>(wide));
    if (!b.status().ok()) return many;
    for (int64_t i = 0; i < wide; i += channels) {
      std::copy_n(once.data(), channels, many.data() + i);
    }
    return many;
  };

  const bool keepsLayout = together == 1 && e.inputs[0].dims.size() == 4 &&
                           e.inputs[0].dims[0] == 1 && e.inputs[0].dims[3] == channels;
  const Tensor input = keepsLayout ? e.inputs[0] : b.as(e.inputs[0], {1, 1, rows, wide});
  const uint32_t scale = b.constant({1, 1, 1, wide}, repeated(e.node.weights[0]));
  const uint32_t offset = b.constant({wide}, repeated(e.node.weights[1]));
  const OutputRange range = outputRange(e.node.attributes.activation);
  Tensor output = b.result(input.dims);
  if (b.status().ok()) {
    b.check(xnn_define_depthwise_convolution_2d(
        b.subgraph(), 0, 0, 0, 0, /*kernel_height=*/1, /*kernel_width=*/1, 1, 1, 1, 1,
        /*depth_multiplier=*/1, static_cast<size_t>(wide), range.lowest, range.highest, input.id,
        scale, offset, output.id, /*flags=*/0));
  }
  return output;
}

// XNNPACK reduces by mean and sum only; a maximum is a pooling window as long as the axis.
Tensor emitReduceMax(Builder& b, const Emission& e) {
  const Shape& shape = *e.inputShapes[0];
  const size_t axis = resolveAxis(e.node.attributes.axis, shape.size());
  const auto at = static_cast<std::ptrdiff_t>(axis);
  const int64_t length = shape[axis];
  if (length == 1) return e.inputs[0];

  int64_t before = *product(Shape(shape.begin(), shape.begin() + at));
  int64_t after = *product(Shape(shape.begin() + at + 1, shape.end()));
  uint32_t windowHeight = 1;
  auto windowWidth = static_cast<uint32_t>(length);
  Shape dims = {1, before, length, after};
  Shape reduced = {1, before, 1, after};
  if (shape.size() == 3 && axis == 0) {
    // In place: the window stands upright.
    std::swap(windowHeight, windowWidth);
    dims = canonical(shape);
    reduced = {1, 1, shape[1], shape[2]};
  }
  const Tensor input = b.as(e.inputs[0], dims);
  Tensor output = b.result(reduced);
  const OutputRange range = outputRange(Activation::kNone);
  if (b.status().ok()) {
    b.check(xnn_define_max_pooling_2d(b.subgraph(), 0, 0, 0, 0, windowHeight, windowWidth,
                                      windowHeight, windowWidth, 1, 1, range.lowest, range.highest,
                                      input.id, output.id, /*flags=*/0));
  }
  return output;
}

}  // namespace divisi::nn
