// Maxima and means: of windows, and along a whole axis.
#include <algorithm>

#include "base/text.h"
#include "nn/operators/checks.h"
#include "nn/operators/operator_table.h"

namespace divisi::nn {
namespace {

void readMaxPool(JsonFields& fields, Node& node) {
  Attributes& attributes = node.attributes;
  readExtents(fields, "size", 1, attributes.size);
  attributes.stride = attributes.size;
  readOptionalExtents(fields, "stride", 1, attributes.stride);
  if (attributes.stride[0] > attributes.size[0] || attributes.stride[1] > attributes.size[1]) {
    fields.fail(unsupported(fields.name("stride") + " " + shapeText(attributes.stride) +
                            " skips over part of the input, with a 'size' of " +
                            shapeText(attributes.size)));
  }
}

Result<Shape> maxPoolShape(const NodeShapes& shapes) {
  const Shape& input = *shapes.inputs[0];
  Status status = needSpatial(input, shapes.where);
  if (!status.ok()) return status;
  const Attributes& a = shapes.node.attributes;
  const int64_t height = positions(input[0], a.size[0], a.stride[0]);
  const int64_t width = positions(input[1], a.size[1], a.stride[1]);
  auto result = checked({height, width, input[2]}, shapes.where);
  if (!result.ok()) return result;
  status = needTaps(height, width, {1, a.size[0], a.size[1], 1}, shapes.where);
  if (!status.ok()) return status;
  return result;
}

struct Window {
  uint32_t height;
  uint32_t width;
  uint32_t strideHeight;
  uint32_t strideWidth;
};

Tensor emitMaximum(Builder& b, const Tensor& input, const Window& window, const Shape& dims) {
  Tensor output = b.result(dims);
  const OutputRange range = outputRange(Activation::kNone);
  if (b.status().ok()) {
    b.check(xnn_define_max_pooling_2d(b.subgraph(), 0, 0, 0, 0, window.height, window.width,
                                      window.strideHeight, window.strideWidth,
                                      /*dilation_height=*/1, /*dilation_width=*/1, range.lowest,
                                      range.highest, input.id, output.id, /*flags=*/0));
  }
  return output;
}

Tensor emitMaxPool(Builder& b, const Emission& e) {
  const Attributes& a = e.node.attributes;
  // XNNPACK refuses a window of one element, which would change nothing.
  if (a.size[0] == 1 && a.size[1] == 1) return e.inputs[0];
  const Tensor input = b.as(e.inputs[0], canonical(*e.inputShapes[0]));
  const auto u = [](int64_t value) { return static_cast<uint32_t>(value); };
  return emitMaximum(b, input, {u(a.size[0]), u(a.size[1]), u(a.stride[0]), u(a.stride[1])},
                     canonical(e.outputShape));
}

Result<Shape> reduceShape(const NodeShapes& shapes) {
  Shape result = *shapes.inputs[0];
  Status status = needAxis(shapes.node.attributes.axis, result, shapes.where);
  if (!status.ok()) return status;
  if (result.size() == 1) {
    return badModel(shapes.where + ": the input " + shapeText(result) + " has only one axis");
  }
  if (!product(result, kMaxTaps)) {
    return unsupported(shapes.where + ": the input " + shapeText(result) +
                       " is larger than this build can reduce");
  }
  const size_t axis = resolveAxis(shapes.node.attributes.axis, result.size());
  result.erase(result.begin() + static_cast<std::ptrdiff_t>(axis));
  return result;
}

// XNNPACK reduces by mean and sum only; a maximum is a pooling window as long as the axis.
Tensor emitReduceMax(Builder& b, const Emission& e) {
  const Shape& shape = *e.inputShapes[0];
  const size_t axis = resolveAxis(e.node.attributes.axis, shape.size());
  const auto at = static_cast<std::ptrdiff_t>(axis);
  const int64_t length = shape[axis];
  if (length == 1) return e.inputs[0];

  const int64_t before = *product(Shape(shape.begin(), shape.begin() + at));
  const int64_t after = *product(Shape(shape.begin() + at + 1, shape.end()));
  uint32_t height = 1;
  auto width = static_cast<uint32_t>(length);
  Shape dims = {1, before, length, after};
  Shape reduced = {1, before, 1, after};
  if (shape.size() == 3 && axis == 0) {
    // In place: the window stands upright.
    std::swap(height, width);
    dims = canonical(shape);
    reduced = {1, 1, shape[1], shape[2]};
  }
  return emitMaximum(b, b.as(e.inputs[0], dims), {height, width, height, width}, reduced);
}

Tensor emitReduceMean(Builder& b, const Emission& e) {
  const Tensor input = b.as(e.inputs[0], canonical(*e.inputShapes[0]));
  const size_t axis = canonicalAxis(e);
  Shape dims = input.dims;
  dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(axis));
  Tensor output = b.result(dims);
  if (b.status().ok()) {
    b.check(xnn_define_static_reduce(b.subgraph(), xnn_reduce_mean, 1, &axis, input.id, output.id,
                                     /*flags=*/0));
  }
  return output;
}

}  // namespace

std::span<const Operator> pooling() {
  static const std::vector<Operator> rows = {
      {.name = "max_pool", .read = readMaxPool, .shape = maxPoolShape, .emit = emitMaxPool},
      {.name = "reduce_max", .read = readAxis, .shape = reduceShape, .emit = emitReduceMax},
      {.name = "reduce_mean", .read = readAxis, .shape = reduceShape, .emit = emitReduceMean},
  };
  return rows;
}

}  // namespace divisi::nn
