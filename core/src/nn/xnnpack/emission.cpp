#include "nn/operators/xnn_operators.h"

#include <array>
#include <limits>

#include "nn/operators/operators.h"

namespace divisi::nn {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

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
  params.clamp.max = kInfinity;
  return emitUnary(b, e, xnn_unary_clamp, params);
}

Tensor emitSigmoid(Builder& b, const Emission& e) { return emitUnary(b, e, xnn_unary_sigmoid, {}); }

Tensor emitLeakyRelu(Builder& b, const Emission& e) {
  xnn_unary_params params{};
  params.leaky_relu.negative_slope = e.node.attributes.factor;
  return emitUnary(b, e, xnn_unary_leaky_relu, params);
}

Tensor emitElu(Builder& b, const Emission& e) {
  xnn_unary_params params{};
  params.elu.alpha = e.node.attributes.factor;
  return emitUnary(b, e, xnn_unary_elu, params);
}

Tensor emitBinary(Builder& b, const Emission& e, xnn_binary_operator op) {
  const Tensor& first = e.inputs[0];
  const Tensor second = b.as(e.inputs[1], first.dims);
  Tensor output = b.result(first.dims);
  const xnn_binary_params range = {-kInfinity, kInfinity};
  if (b.status().ok()) {
    b.check(xnn_define_binary(b.subgraph(), op, &range, first.id, second.id, output.id,
                              /*flags=*/0));
  }
  return output;
}

Tensor emitAdd(Builder& b, const Emission& e) { return emitBinary(b, e, xnn_binary_add); }

Tensor emitMultiply(Builder& b, const Emission& e) { return emitBinary(b, e, xnn_binary_multiply); }

// The place of the graph's axis among the canonical dimensions.
size_t canonicalAxis(const Emission& e) {
  const size_t rank = e.inputShapes[0]->size();
  return resolveAxis(e.node.attributes.axis, rank) + (rank == 3 ? 1 : 0);
}

Tensor emitConcat(Builder& b, const Emission& e) {
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < e.inputs.size(); ++i) {
    tensors.push_back(b.as(e.inputs[i], canonical(*e.inputShapes[i])));
  }
  return emitJoin(b, std::move(tensors), canonicalAxis(e), /*isResult=*/true);
}

Tensor emitPad(Builder& b, const Emission& e) {
  const auto& padding = e.node.attributes.padding;
  const std::array<size_t, 4> before = {0, static_cast<size_t>(padding[0]),
                                        static_cast<size_t>(padding[2]), 0};
  const std::array<size_t, 4> after = {0, static_cast<size_t>(padding[1]),
                                       static_cast<size_t>(padding[3]), 0};
  const Tensor input = b.as(e.inputs[0], canonical(*e.inputShapes[0]));
  Tensor output = b.result(canonical(e.outputShape));
  if (b.status().ok()) {
    b.check(xnn_define_static_constant_pad(b.subgraph(), before.data(), after.data(),
                                           /*padding_value=*/0, input.id, output.id, /*flags=*/0));
  }
  return output;
}

Tensor emitMaxPool(Builder& b, const Emission& e) {
  const Attributes& a = e.node.attributes;
  // XNNPACK refuses a window of one element, which would change nothing.
  if (a.size[0] == 1 && a.size[1] == 1) return e.inputs[0];
  const Tensor input = b.as(e.inputs[0], canonical(*e.inputShapes[0]));
  Tensor output = b.result(canonical(e.outputShape));
  if (b.status().ok()) {
    b.check(xnn_define_max_pooling_2d(
        b.subgraph(), 0, 0, 0, 0, static_cast<uint32_t>(a.size[0]),
        static_cast<uint32_t>(a.size[1]), static_cast<uint32_t>(a.stride[0]),
        static_cast<uint32_t>(a.stride[1]), /*dilation_height=*/1, /*dilation_width=*/1, -kInfinity,
        kInfinity, input.id, output.id, /*flags=*/0));
  }
  return output;
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

// Nothing to do: whoever reads the value asks for the dimensions that it wants.
Tensor emitReshape(Builder&, const Emission& e) { return e.inputs[0]; }

Tensor emitTranspose(Builder& b, const Emission& e) {
  const auto& permutation = e.node.attributes.dims;
  const size_t batch = permutation.size() == 3 ? 1 : 0;
  std::vector<size_t> axes;
  if (batch == 1) axes.push_back(0);
  for (const int64_t axis : permutation) axes.push_back(static_cast<size_t>(axis) + batch);
  const Tensor input = b.as(e.inputs[0], canonical(*e.inputShapes[0]));
  Tensor output = b.result(canonical(e.outputShape));
  if (b.status().ok()) {
    b.check(xnn_define_static_transpose(b.subgraph(), axes.size(), axes.data(), input.id, output.id,
                                        /*flags=*/0));
  }
  return output;
}

struct Entry {
  Operator op;
  Tensor (*emit)(Builder&, const Emission&);
};

constexpr std::array kTable = {
    Entry{Operator::kConv2d, emitConv2d},
    Entry{Operator::kTransposedConv2d, emitTransposedConv2d},
    Entry{Operator::kAffine, emitAffine},
    Entry{Operator::kRelu, emitRelu},
    Entry{Operator::kSigmoid, emitSigmoid},
    Entry{Operator::kLeakyRelu, emitLeakyRelu},
    Entry{Operator::kElu, emitElu},
    Entry{Operator::kAdd, emitAdd},
    Entry{Operator::kMultiply, emitMultiply},
    Entry{Operator::kConcat, emitConcat},
    Entry{Operator::kPad, emitPad},
    Entry{Operator::kMaxPool, emitMaxPool},
    Entry{Operator::kReduceMax, emitReduceMax},
    Entry{Operator::kReduceMean, emitReduceMean},
    Entry{Operator::kDense, emitDense},
    Entry{Operator::kReshape, emitReshape},
    Entry{Operator::kTranspose, emitTranspose},
};

}  // namespace

OutputRange outputRange(Activation activation) {
  return {activation == Activation::kRelu ? 0.0F : -kInfinity, kInfinity};
}

Tensor emitJoin(Builder& b, std::vector<Tensor> tensors, size_t axis, bool isResult) {
  if (tensors.size() == 1) return tensors[0];
  // XNNPACK joins up to five at once; more are joined in steps from the front.
  constexpr size_t kMost = 5;
  while (true) {
    const size_t count = std::min(tensors.size(), kMost);
    const bool last = count == tensors.size();
    Shape dims = tensors[0].dims;
    for (size_t i = 1; i < count; ++i) dims[axis] += tensors[i].dims[axis];
    const Tensor joined = last && isResult ? b.result(dims) : b.intermediate(dims);
    if (!b.status().ok()) return joined;
    const auto at = static_cast<int32_t>(axis);
    const auto id = [&](size_t i) { return tensors[i].id; };
    xnn_subgraph_t graph = b.subgraph();
    switch (count) {
      case 2:
        b.check(xnn_define_concatenate2(graph, at, id(0), id(1), joined.id, 0));
        break;
      case 3:
        b.check(xnn_define_concatenate3(graph, at, id(0), id(1), id(2), joined.id, 0));
        break;
      case 4:
        b.check(xnn_define_concatenate4(graph, at, id(0), id(1), id(2), id(3), joined.id, 0));
        break;
      default:
        b.check(
            xnn_define_concatenate5(graph, at, id(0), id(1), id(2), id(3), id(4), joined.id, 0));
        break;
    }
    if (last) return joined;
    tensors.erase(tensors.begin(), tensors.begin() + static_cast<std::ptrdiff_t>(count));
    tensors.insert(tensors.begin(), joined);
  }
}

Tensor emit(Builder& builder, const Emission& emission) {
  for (const Entry& entry : kTable) {
    if (entry.op == emission.node.spec->op) return entry.emit(builder, emission);
  }
  builder.check(xnn_status_unsupported_parameter);
  return {};
}

}  // namespace divisi::nn
