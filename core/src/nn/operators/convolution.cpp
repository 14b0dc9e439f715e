// conv2d and transposed_conv2d.
#include <array>

#include "base/text.h"
#include "nn/convolution/fused_convolution.h"
#include "nn/operators/checks.h"
#include "nn/operators/convolution_geometry.h"
#include "nn/operators/operator_table.h"
#include "nn/xnnpack/rearranged_convolution.h"

namespace divisi::nn {
namespace {

void readGroups(JsonFields& fields, Attributes& attributes) {
  if (fields.has("groups")) attributes.groups = fields.integer("groups", int64_t{1}, kMaxElements);
}

void readConv2d(JsonFields& fields, Node& node) {
  Attributes& attributes = node.attributes;
  readOptionalExtents(fields, "stride", 1, attributes.stride);
  readOptionalExtents(fields, "dilation", 1, attributes.dilation);
  readOptionalExtents(fields, "padding", 0, attributes.padding);
  readGroups(fields, attributes);
  readActivation(fields, node);
}

void readTransposedConv2d(JsonFields& fields, Node& node) {
  readExtents(fields, "stride", 1, node.attributes.stride);
  readOptionalExtents(fields, "dilation", 1, node.attributes.dilation);
  readOptionalExtents(fields, "crop", 0, node.attributes.padding);
  readGroups(fields, node.attributes);
  readActivation(fields, node);
}

// kernel [O, KH, KW, C / groups] for an image of C channels, and bias [O].
Status needKernel(const NodeShapes& shapes) {
  const Shape& input = *shapes.inputs[0];
  if (Status status = needSpatial(input, shapes.where); !status.ok()) return status;
  const Weight& kernel = shapes.node.weights[0];
  const Shape& shape = kernel.tensor->shape;
  const int64_t groups = shapes.node.attributes.groups;
  if (input[2] % groups != 0) {
    return badModel(shapes.where + ": the " + std::to_string(input[2]) + " channels of the input " +
                    shapeText(input) + " cannot be split into " + std::to_string(groups) +
                    " groups");
  }
  if (shape.size() != 4 || shape[3] != input[2] / groups) {
    return badModel(shapes.where + ": the weight " + quote(kernel.name) + " has the shape " +
                    shapeText(shape) + ", expected [outputs, height, width, " +
                    std::to_string(input[2] / groups) + "]");
  }
  if (shape[0] % groups != 0) {
    return badModel(shapes.where + ": the " + std::to_string(shape[0]) + " outputs of the weight " +
                    quote(kernel.name) + " cannot be split into " + std::to_string(groups) +
                    " groups");
  }
  if (Status status = needPackable(kernel, shapes.where); !status.ok()) return status;
  return needWeight(shapes.node.weights[1], {shape[0]}, shapes.where);
}

// XNNPACK's ways know neither groups nor a transposed convolution's dilation.
Result<Shape> needDirect(const NodeShapes& shapes, Shape result) {
  if (FusedConvolution::suits(geometryOf(shapes.node, *shapes.inputs[0], result))) return result;
  const Attributes& a = shapes.node.attributes;
  return unsupported(shapes.where + ": the weight " +
                     shapeText(shapes.node.weights[0].tensor->shape) + " with a 'stride' of " +
                     shapeText(a.stride) + ", a 'dilation' of " + shapeText(a.dilation) + " and " +
                     std::to_string(a.groups) + " groups over the input " +
                     shapeText(*shapes.inputs[0]) + " is more than this build can run");
}

Result<Shape> conv2dShape(const NodeShapes& shapes) {
  Status status = needKernel(shapes);
  if (!status.ok()) return status;
  const Shape& input = *shapes.inputs[0];
  const Attributes& a = shapes.node.attributes;
  const Shape& kernel = shapes.node.weights[0].tensor->shape;
  const int64_t height = positions(input[0] + a.padding[0] + a.padding[1],
                                   (kernel[1] - 1) * a.dilation[0] + 1, a.stride[0]);
  const int64_t width = positions(input[1] + a.padding[2] + a.padding[3],
                                  (kernel[2] - 1) * a.dilation[1] + 1, a.stride[1]);
  auto result = checked({height, width, kernel[0]}, shapes.where);
  if (!result.ok()) return result;
  if (a.groups > 1) return needDirect(shapes, std::move(result.value()));
  status = needTaps(height, width, kernel, shapes.where);
  if (!status.ok()) return status;
  return result;
}

Result<Shape> transposedConv2dShape(const NodeShapes& shapes) {
  Status status = needKernel(shapes);
  if (!status.ok()) return status;
  const Shape& input = *shapes.inputs[0];
  const Attributes& a = shapes.node.attributes;
  const Shape& kernel = shapes.node.weights[0].tensor->shape;
  const int64_t height = (input[0] - 1) * a.stride[0] + (kernel[1] - 1) * a.dilation[0] + 1 -
                         a.padding[0] - a.padding[1];
  const int64_t width = (input[1] - 1) * a.stride[1] + (kernel[2] - 1) * a.dilation[1] + 1 -
                        a.padding[2] - a.padding[3];
  auto result = checked({height, width, kernel[0]}, shapes.where);
  if (!result.ok()) return result;
  if (a.groups > 1 || a.dilation[0] > 1 || a.dilation[1] > 1) {
    return needDirect(shapes, std::move(result.value()));
  }
  // It runs as ordinary convolutions over the uncropped result; all phases of the stride may be
  // packed into one kernel, with a few zero taps (rearranged_convolution.h).
  const Shape whole = {input[0] + kernel[1], input[1] + kernel[2]};
  const Shape packed = {(kernel[0] * a.stride[0] * a.stride[1] + 15) / 16 * 16,
                        kernel[1] / a.stride[0] + 2, kernel[2] / a.stride[1] + 2,
                        (kernel[3] + 3) / 4 * 4};
  if (!product(packed) || !product(std::array{whole[0], whole[1], packed[0]})) {
    return unsupported(shapes.where + ": a 'stride' of " + shapeText(a.stride) +
                       " with the weight " + shapeText(kernel) +
                       " is more than this build can run");
  }
  status = needTaps(whole[0], whole[1], packed, shapes.where);
  if (!status.ok()) return status;
  return result;
}

Shape dimsOf(const Pair& size, int64_t channels) { return {1, size[0], size[1], channels}; }

void define(Builder& b, const ConvolutionGeometry& g, Activation activation, const Tensor& input,
            FloatBuffer kernel, FloatBuffer bias, const Tensor& output) {
  const uint32_t kernelId =
      b.constant({g.outputs, g.kernel[0], g.kernel[1], g.channels}, std::move(kernel));
  const uint32_t biasId = b.constant({g.outputs}, std::move(bias));
  if (!b.status().ok()) return;
  const OutputRange range = outputRange(activation);
  const auto u = [](int64_t value) { return static_cast<uint32_t>(value); };
  b.check(xnn_define_convolution_2d(
      b.subgraph(), u(g.before[0]), u(g.after[1]), u(g.after[0]), u(g.before[1]), u(g.kernel[0]),
      u(g.kernel[1]), u(g.stride[0]), u(g.stride[1]), u(g.dilation[0]), u(g.dilation[1]),
      /*groups=*/1, static_cast<size_t>(g.channels), static_cast<size_t>(g.outputs), range.lowest,
      range.highest, input.id, kernelId, biasId, output.id, /*flags=*/0));
}

// The tensors of the groups, each [1, h, w, channels of its phases], put together to
// [1, h * stride, w * stride, outputs].
Tensor interleave(Builder& b, const PhasePlan& plan, std::vector<Tensor> groups) {
  const TransposedGeometry& g = plan.geometry;
  const int64_t height = plan.phase[0];
  const int64_t width = plan.phase[1];
  const Shape whole = {1, height * g.stride[0], width * g.stride[1], g.outputs};
  if (groups.size() == 1) {
    if (g.stride[0] == 1) return b.as(groups[0], whole);
    // Every phase is in one tensor: [h, w, phase row, rest] to [h, phase row, w, rest].
    const int64_t rest = g.stride[1] * g.outputs;
    const Tensor apart = b.as(groups[0], {height, width, g.stride[0], rest});
    const Tensor moved = b.intermediate({height, g.stride[0], width, rest});
    const std::array<size_t, 4> permutation = {0, 2, 1, 3};
    if (b.status().ok()) {
      b.check(xnn_define_static_transpose(b.subgraph(), permutation.size(), permutation.data(),
                                          apart.id, moved.id, /*flags=*/0));
    }
    return b.as(moved, whole);
  }
  // The phase columns of a row become its pixels by being neighbours in memory; then so do the
  // rows.
  const size_t inRow = static_cast<size_t>(g.stride[1] / plan.together[1]);
  std::vector<Tensor> rows;
  for (size_t first = 0; first < groups.size(); first += inRow) {
    std::vector<Tensor> row(groups.begin() + static_cast<std::ptrdiff_t>(first),
                            groups.begin() + static_cast<std::ptrdiff_t>(first + inRow));
    rows.push_back(emitJoin(b, std::move(row), /*axis=*/3, /*isResult=*/false));
  }
  return b.as(emitJoin(b, std::move(rows), /*axis=*/2, /*isResult=*/false), whole);
}

Tensor cropped(Builder& b, const Tensor& tensor, const Pair& skip, const Shape& dims) {
  const Tensor output = b.intermediate(dims);
  const std::array<size_t, 4> offsets = {0, static_cast<size_t>(skip[0]),
                                         static_cast<size_t>(skip[1]), 0};
  const std::array<size_t, 4> sizes = {1, static_cast<size_t>(dims[1]),
                                       static_cast<size_t>(dims[2]), static_cast<size_t>(dims[3])};
  if (b.status().ok()) {
    b.check(xnn_define_static_slice(b.subgraph(), sizes.size(), offsets.data(), sizes.data(),
                                    tensor.id, output.id, /*flags=*/0));
  }
  return output;
}

// Shape rules have seen to it that the fuser takes these nodes.
bool isForXnnpack(const Attributes& a) { return a.groups == 1; }

Tensor emitConv2d(Builder& b, const Emission& e) {
  if (!isForXnnpack(e.node.attributes)) b.check(xnn_status_unsupported_parameter);
  const Shape& shape = *e.inputShapes[0];
  const Shape& kernelShape = e.node.weights[0].tensor->shape;
  const Attributes& a = e.node.attributes;
  const ConvolutionGeometry plain = {.input = {shape[0], shape[1]},
                                     .channels = shape[2],
                                     .outputs = kernelShape[0],
                                     .kernel = {kernelShape[1], kernelShape[2]},
                                     .stride = a.stride,
                                     .dilation = a.dilation,
                                     .before = {a.padding[0], a.padding[2]},
                                     .after = {a.padding[1], a.padding[3]}};
  FloatBuffer kernel = b.weight(e.node.weights[0]);
  FloatBuffer bias = b.weight(e.node.weights[1]);
  const auto blocks = chooseColumnBlocks(plain);
  if (!blocks) {
    const Tensor input = b.as(e.inputs[0], dimsOf(plain.input, plain.channels));
    Tensor output = b.result(dimsOf(plain.outputSize(), plain.outputs));
    define(b, plain, a.activation, input, std::move(kernel), std::move(bias), output);
    return output;
  }
  const ConvolutionGeometry& blocked = blocks->blocked;
  FloatBuffer blockedKernel = b.scratch(blocked.kernelElements());
  FloatBuffer blockedBias = b.scratch(static_cast<size_t>(blocked.outputs));
  const Tensor input = b.as(e.inputs[0], dimsOf(blocked.input, blocked.channels));
  Tensor output = b.result(dimsOf(blocked.outputSize(), blocked.outputs));
  if (!b.status().ok()) return output;
  blockColumns(plain, *blocks, kernel.span(), bias.span(), blockedKernel.span(),
               blockedBias.span());
  define(b, blocked, a.activation, input, std::move(blockedKernel), std::move(blockedBias), output);
  return output;
}

// As ordinary convolutions, one for each output phase. XNNPACK's own transposed convolution takes
// two to four times as long, and in the pinned version writes beyond its output for some shapes
// whose output is smaller than the stride.
Tensor emitTransposedConv2d(Builder& b, const Emission& e) {
  const auto& dilation = e.node.attributes.dilation;
  if (!isForXnnpack(e.node.attributes) || dilation[0] > 1 || dilation[1] > 1) {
    b.check(xnn_status_unsupported_parameter);
  }
  const Shape& shape = *e.inputShapes[0];
  const Shape& kernelShape = e.node.weights[0].tensor->shape;
  const Attributes& a = e.node.attributes;
  const PhasePlan plan = planPhases({.input = {shape[0], shape[1]},
                                     .channels = shape[2],
                                     .outputs = kernelShape[0],
                                     .kernel = {kernelShape[1], kernelShape[2]},
                                     .stride = a.stride,
                                     .cropBefore = {a.padding[0], a.padding[2]},
                                     .output = {e.outputShape[0], e.outputShape[1]}});
  const Tensor input = b.as(e.inputs[0], canonical(shape));
  FloatBuffer kernel = b.weight(e.node.weights[0]);
  FloatBuffer bias = b.weight(e.node.weights[1]);
  std::vector<Tensor> groups;
  for (size_t i = 0; i < plan.groups.size(); ++i) {
    const ConvolutionGeometry& group = plan.groups[i];
    FloatBuffer groupKernel = b.scratch(group.kernelElements());
    FloatBuffer groupBias = b.scratch(static_cast<size_t>(group.outputs));
    const Tensor output = b.intermediate(dimsOf(plan.phase, group.outputs));
    if (!b.status().ok()) return output;
    fillPhaseGroup(plan, i, kernel.span(), bias.span(), groupKernel.span(), groupBias.span());
    define(b, group, a.activation, input, std::move(groupKernel), std::move(groupBias), output);
    groups.push_back(output);
  }
  const Tensor whole = interleave(b, plan, std::move(groups));
  const Shape dims = canonical(e.outputShape);
  return whole.dims == dims ? whole : cropped(b, whole, plan.skip, dims);
}

}  // namespace

std::span<const Operator> convolutions() {
  static const std::vector<Operator> rows = {
      {.name = "conv2d",
       .weights = {"kernel", "bias"},
       .read = readConv2d,
       .shape = conv2dShape,
       .emit = emitConv2d,
       .role = Role::kConvolution,
       .takesRelu = true},
      {.name = "transposed_conv2d",
       .weights = {"kernel", "bias"},
       .read = readTransposedConv2d,
       .shape = transposedConv2dShape,
       .emit = emitTransposedConv2d,
       .role = Role::kTransposedConvolution,
       .takesRelu = true},
  };
  return rows;
}

}  // namespace divisi::nn
