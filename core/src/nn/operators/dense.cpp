#include "base/text.h"
#include "nn/operators/checks.h"
#include "nn/operators/operator_table.h"

namespace divisi::nn {
namespace {

Result<Shape> denseShape(const NodeShapes& shapes) {
  const Shape& input = *shapes.inputs[0];
  if (input.size() > 2) {
    return badModel(shapes.where + ": the input must have the shape [n] or [rows, n], got " +
                    shapeText(input));
  }
  const Weight& kernel = shapes.node.weights[0];
  const Shape& shape = kernel.tensor->shape;
  if (shape.size() != 2 || shape[1] != input.back()) {
    return badModel(shapes.where + ": the weight " + quote(kernel.name) + " has the shape " +
                    shapeText(shape) + ", expected [outputs, " + std::to_string(input.back()) +
                    "]");
  }
  Status status = needPackable(kernel, shapes.where);
  if (status.ok()) status = needWeight(shapes.node.weights[1], {shape[0]}, shapes.where);
  if (!status.ok()) return status;
  Shape result = input;
  result.back() = shape[0];
  return checked(std::move(result), shapes.where);
}

Tensor emitDense(Builder& b, const Emission& e) {
  const Shape& shape = *e.inputShapes[0];
  const Shape& kernelShape = e.node.weights[0].tensor->shape;
  const int64_t rows = shape.size() == 2 ? shape[0] : 1;
  const Tensor input = b.as(e.inputs[0], {rows, kernelShape[1]});
  const uint32_t kernel = b.constant(kernelShape, b.weight(e.node.weights[0]));
  const uint32_t bias = b.constant({kernelShape[0]}, b.weight(e.node.weights[1]));
  const OutputRange range = outputRange(e.node.attributes.activation);
  Tensor output = b.result({rows, kernelShape[0]});
  if (b.status().ok()) {
    b.check(xnn_define_fully_connected(b.subgraph(), range.lowest, range.highest, input.id, kernel,
                                       bias, output.id, /*flags=*/0));
  }
  return output;
}

}  // namespace

std::span<const Operator> dense() {
  static const std::vector<Operator> rows = {
      {.name = "dense",
       .weights = {"kernel", "bias"},
       .read = readActivation,
       .shape = denseShape,
       .emit = emitDense,
       .takesRelu = true},
  };
  return rows;
}

}  // namespace divisi::nn
