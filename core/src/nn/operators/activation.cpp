// Functions of each element by itself that XNNPACK runs.
#include <limits>

#include "nn/operators/checks.h"
#include "nn/operators/operator_table.h"

namespace divisi::nn {
namespace {

void readSlope(JsonFields& fields, Node& node) {
  readFactor(fields, "slope", node.attributes.factor);
}

Tensor emitUnary(Builder& b, const Emission& e, xnn_unary_operator op,
                 const xnn_unary_params& params) {
  // Element by element, so whatever the dimensions are they may stay.
  const Tensor& input = e.inputs[0];
  Tensor output = b.result(input.dims);
  if (b.status().ok()) {
    b.check(xnn_define_unary(b.subgraph(), op, &params, input.id, output.id, /*flags=*/0));
  }
  return output;
}

Tensor emitRelu(Builder& b, const Emission& e) {
  xnn_unary_params params{};
  params.clamp.min = 0;
  params.clamp.max = std::numeric_limits<float>::infinity();
  return emitUnary(b, e, xnn_unary_clamp, params);
}

Tensor emitSigmoid(Builder& b, const Emission& e) { return emitUnary(b, e, xnn_unary_sigmoid, {}); }

Tensor emitLeakyRelu(Builder& b, const Emission& e) {
  xnn_unary_params params{};
  params.leaky_relu.negative_slope = e.node.attributes.factor;
  return emitUnary(b, e, xnn_unary_leaky_relu, params);
}

}  // namespace

std::span<const Operator> activations() {
  static const std::vector<Operator> rows = {
      {.name = "relu", .shape = sameShape, .emit = emitRelu, .role = Role::kActivation},
      {.name = "leaky_relu",
       .read = readSlope,
       .shape = sameShape,
       .emit = emitLeakyRelu,
       .role = Role::kActivation},
      {.name = "sigmoid", .shape = sameShape, .emit = emitSigmoid},
  };
  return rows;
}

}  // namespace divisi::nn
