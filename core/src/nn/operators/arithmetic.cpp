// Sums and products, of values and with constants.
#include <algorithm>
#include <limits>

#include "nn/operators/checks.h"
#include "nn/operators/operator_table.h"

namespace divisi::nn {
namespace {

Shape withRank(Shape shape, size_t rank) {
  shape.insert(shape.begin(), rank - shape.size(), 1);
  return shape;
}

Tensor emitBinary(Builder& b, const Emission& e, xnn_binary_operator op) {
  Tensor first = e.inputs[0];
  Tensor second = e.inputs[1];
  Shape dims = first.dims;
  if (*e.inputShapes[0] == *e.inputShapes[1]) {
    second = b.as(second, dims);
  } else {
    dims = e.outputShape;
    first = b.as(first, withRank(*e.inputShapes[0], dims.size()));
    second = b.as(second, withRank(*e.inputShapes[1], dims.size()));
  }
  Tensor output = b.result(dims);
  const OutputRange any = outputRange(Activation::kNone);
  const xnn_binary_params range = {any.lowest, any.highest};
  if (b.status().ok()) {
    b.check(xnn_define_binary(b.subgraph(), op, &range, first.id, second.id, output.id,
                              /*flags=*/0));
  }
  return output;
}

Tensor emitAdd(Builder& b, const Emission& e) { return emitBinary(b, e, xnn_binary_add); }

Tensor emitMultiply(Builder& b, const Emission& e) { return emitBinary(b, e, xnn_binary_multiply); }

Result<Shape> affineShape(const NodeShapes& shapes) {
  const Shape& input = *shapes.inputs[0];
  for (const Weight& weight : shapes.node.weights) {
    Status status = needWeight(weight, {input.back()}, shapes.where);
    if (!status.ok()) return status;
  }
  return input;
}

// Multiplying and adding with constants would take two passes over the tensor, and XNNPACK would
// borrow the constants for as long as the network lives. As a depthwise convolution with a 1 x 1
// kernel it is one pass, and the constants are packed into the operator.
Tensor emitAffine(Builder& b, const Emission& e) {
  const int64_t channels = e.inputShapes[0]->back();
  int64_t rows = elementsIn(*e.inputShapes[0]) / channels;

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

}  // namespace

std::span<const Operator> arithmetic() {
  static const std::vector<Operator> rows = {
      {.name = "add", .minInputs = 2, .maxInputs = 2, .shape = broadcastShape, .emit = emitAdd},
      {.name = "multiply",
       .minInputs = 2,
       .maxInputs = 2,
       .shape = broadcastShape,
       .emit = emitMultiply},
      {.name = "affine",
       .weights = {"scale", "offset"},
       .shape = affineShape,
       .emit = emitAffine,
       .role = Role::kAffine,
       .takesRelu = true},
  };
  return rows;
}

}  // namespace divisi::nn
