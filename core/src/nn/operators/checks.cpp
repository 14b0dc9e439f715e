#include "nn/operators/operator_shapes.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "nn/operators/operators.h"

namespace divisi::nn {
namespace {

// XNNPACK keeps a pointer for each output pixel and kernel tap. Spleeter's largest operator needs
// 13 million; the limit keeps the table's size in bytes within 32 bits.
constexpr int64_t kMaxTaps = int64_t{1} << 28;

Result<Shape> checked(Shape shape, const std::string& where) {
  if (*std::min_element(shape.begin(), shape.end()) < 1) {
    return badModel(where + ": the result " + shapeText(shape) + " would be empty");
  }
  if (!product(shape)) {
    return badModel(where + ": the result " + shapeText(shape) + " has more than " +
                    std::to_string(kMaxElements) + " elements");
  }
  return shape;
}

Status needSpatial(const Shape& shape, const std::string& where) {
  if (shape.size() == 3) return {};
  return badModel(where + ": the input must have the shape [height, width, channels], got " +
                  shapeText(shape));
}

Status needWeight(const Weight& weight, const Shape& expected, const std::string& where) {
  if (weight.tensor->shape == expected) return {};
  return badModel(where + ": the weight " + quote(weight.name) + " has the shape " +
                  shapeText(weight.tensor->shape) + ", expected " + shapeText(expected));
}

// kernel [O, KH, KW, C] for an input of C channels, and bias [O].
Status needKernel(const Node& node, int64_t channels, const std::string& where) {
  const Weight& kernel = node.weights[0];
  const Shape& shape = kernel.tensor->shape;
  if (shape.size() != 4 || shape[3] != channels) {
    return badModel(where + ": the weight " + quote(kernel.name) + " has the shape " +
                    shapeText(shape) + ", expected [outputs, height, width, " +
                    std::to_string(channels) + "]");
  }
  // XNNPACK pads outputs and channels to whole vectors when it packs a kernel.
  const int64_t outputs = (shape[0] + 15) / 16 * 16;
  const int64_t inputs = (shape[3] + 3) / 4 * 4;
  if (!product(std::array{outputs, shape[1], shape[2], inputs})) {
    return unsupported(where + ": the weight " + quote(kernel.name) + " with the shape " +
                       shapeText(shape) + " is larger than this build can pack");
  }
  return needWeight(node.weights[1], {shape[0]}, where);
}

Status needTaps(int64_t height, int64_t width, const Shape& kernel, const std::string& where) {
  if (product(std::array{height, width, kernel[1], kernel[2]}, kMaxTaps)) return {};
  return unsupported(where + ": a kernel of " + std::to_string(kernel[1]) + " x " +
                     std::to_string(kernel[2]) + " over " + std::to_string(height) + " x " +
                     std::to_string(width) + " pixels is more than this build can run");
}

// Positions of a window that covers `window` inputs and moves by `stride`; 0 or less if it is
// larger than the input.
int64_t positions(int64_t input, int64_t window, int64_t stride) {
  return input < window ? 0 : (input - window) / stride + 1;
}

}  // namespace

Result<Shape> inferSame(const Node&, InputShapes inputs, const std::string& where) {
  for (const Shape* input : inputs) {
    if (*input != *inputs[0]) {
      return badModel(where + ": the inputs have different shapes, " + shapeText(*inputs[0]) +
                      " and " + shapeText(*input));
    }
  }
  return *inputs[0];
}

Result<Shape> inferConv2d(const Node& node, InputShapes inputs, const std::string& where) {
  const Shape& input = *inputs[0];
  Status status = needSpatial(input, where);
  if (status.ok()) status = needKernel(node, input[2], where);
  if (!status.ok()) return status;
  const Attributes& a = node.attributes;
  const Shape& kernel = node.weights[0].tensor->shape;
  const int64_t height = positions(input[0] + a.padding[0] + a.padding[1],
                                   (kernel[1] - 1) * a.dilation[0] + 1, a.stride[0]);
  const int64_t width = positions(input[1] + a.padding[2] + a.padding[3],
                                  (kernel[2] - 1) * a.dilation[1] + 1, a.stride[1]);
  auto result = checked({height, width, kernel[0]}, where);
  if (!result.ok()) return result;
  status = needTaps(height, width, kernel, where);
  if (!status.ok()) return status;
  return result;
}

Result<Shape> inferTransposedConv2d(const Node& node, InputShapes inputs,
                                    const std::string& where) {
  const Shape& input = *inputs[0];
  Status status = needSpatial(input, where);
  if (status.ok()) status = needKernel(node, input[2], where);
  if (!status.ok()) return status;
  const Attributes& a = node.attributes;
  const Shape& kernel = node.weights[0].tensor->shape;
  const int64_t height = (input[0] - 1) * a.stride[0] + kernel[1] - a.padding[0] - a.padding[1];
  const int64_t width = (input[1] - 1) * a.stride[1] + kernel[2] - a.padding[2] - a.padding[3];
  auto result = checked({height, width, kernel[0]}, where);
  if (!result.ok()) return result;
  // It runs as ordinary convolutions over the uncropped result; all phases of the stride may be
  // packed into one kernel, with a few zero taps (convolution_kernels.h).
  const Shape whole = {input[0] + kernel[1], input[1] + kernel[2]};
  const Shape packed = {(kernel[0] * a.stride[0] * a.stride[1] + 15) / 16 * 16,
                        kernel[1] / a.stride[0] + 2, kernel[2] / a.stride[1] + 2,
                        (kernel[3] + 3) / 4 * 4};
  if (!product(packed) || !product(std::array{whole[0], whole[1], packed[0]})) {
    return unsupported(where + ": a 'stride' of " + shapeText(a.stride) + " with the weight " +
                       shapeText(kernel) + " is more than this build can run");
  }
  status = needTaps(whole[0], whole[1], packed, where);
  if (!status.ok()) return status;
  return result;
}

Result<Shape> inferAffine(const Node& node, InputShapes inputs, const std::string& where) {
  const Shape channels = {inputs[0]->back()};
  for (const Weight& weight : node.weights) {
    Status status = needWeight(weight, channels, where);
    if (!status.ok()) return status;
  }
  return *inputs[0];
}

Result<Shape> inferConcat(const Node& node, InputShapes inputs, const std::string& where) {
  Shape result = *inputs[0];
  const auto rank = static_cast<int64_t>(result.size());
  if (node.attributes.axis < -rank || node.attributes.axis >= rank) {
    return badModel(where + ": 'axis' " + std::to_string(node.attributes.axis) +
                    " is not an axis of the input " + shapeText(result));
  }
  const size_t axis = resolveAxis(node.attributes.axis, result.size());
  for (const Shape* input : inputs.subspan(1)) {
    bool fits = input->size() == result.size();
    for (size_t i = 0; fits && i < result.size(); ++i) {
      fits = i == axis || (*input)[i] == result[i];
    }
    if (!fits) {
      return badModel(where + ": the inputs " + shapeText(*inputs[0]) + " and " +
                      shapeText(*input) + " cannot be joined along axis " + std::to_string(axis));
    }
    result[axis] += (*input)[axis];
  }
  return checked(std::move(result), where);
}

Result<Shape> inferPad(const Node& node, InputShapes inputs, const std::string& where) {
  Status status = needSpatial(*inputs[0], where);
  if (!status.ok()) return status;
  const auto& padding = node.attributes.padding;
  Shape result = *inputs[0];
  result[0] += padding[0] + padding[1];
  result[1] += padding[2] + padding[3];
  return checked(std::move(result), where);
}

Result<Shape> inferMaxPool(const Node& node, InputShapes inputs, const std::string& where) {
  const Shape& input = *inputs[0];
  Status status = needSpatial(input, where);
  if (!status.ok()) return status;
  const Attributes& a = node.attributes;
  const int64_t height = positions(input[0], a.size[0], a.stride[0]);
  const int64_t width = positions(input[1], a.size[1], a.stride[1]);
  auto result = checked({height, width, input[2]}, where);
  if (!result.ok()) return result;
  status = needTaps(height, width, {1, a.size[0], a.size[1], 1}, where);
  if (!status.ok()) return status;
  return result;
}

Result<Shape> inferReduce(const Node& node, InputShapes inputs, const std::string& where) {
  Shape result = *inputs[0];
  const auto rank = static_cast<int64_t>(result.size());
  if (node.attributes.axis < -rank || node.attributes.axis >= rank) {
    return badModel(where + ": 'axis' " + std::to_string(node.attributes.axis) +
                    " is not an axis of the input " + shapeText(result));
  }
  if (rank == 1) {
    return badModel(where + ": the input " + shapeText(result) + " has only one axis");
  }
  if (!product(result, kMaxTaps)) {
    return unsupported(where + ": the input " + shapeText(result) +
                       " is larger than this build can reduce");
  }
  result.erase(result.begin() +
               static_cast<std::ptrdiff_t>(resolveAxis(node.attributes.axis, result.size())));
  return result;
}

Result<Shape> inferDense(const Node& node, InputShapes inputs, const std::string& where) {
  const Shape& input = *inputs[0];
  if (input.size() > 2) {
    return badModel(where + ": the input must have the shape [n] or [rows, n], got " +
                    shapeText(input));
  }
  const Weight& kernel = node.weights[0];
  const Shape& shape = kernel.tensor->shape;
  if (shape.size() != 2 || shape[1] != input.back()) {
    return badModel(where + ": the weight " + quote(kernel.name) + " has the shape " +
                    shapeText(shape) + ", expected [outputs, " + std::to_string(input.back()) +
                    "]");
  }
  if (!product(std::array{(shape[0] + 15) / 16 * 16, (shape[1] + 3) / 4 * 4})) {
    return unsupported(where + ": the weight " + quote(kernel.name) + " with the shape " +
                       shapeText(shape) + " is larger than this build can pack");
  }
  Status status = needWeight(node.weights[1], {shape[0]}, where);
  if (!status.ok()) return status;
  Shape result = input;
  result.back() = shape[0];
  return checked(std::move(result), where);
}

Result<Shape> inferReshape(const Node& node, InputShapes inputs, const std::string& where) {
  Shape result = node.attributes.dims;
  const int64_t elements = *product(*inputs[0]);
  const auto open = std::find(result.begin(), result.end(), -1);
  if (open != result.end()) {
    *open = 1;
    const auto others = product(result);
    if (others && elements % *others == 0) *open = elements / *others;
  }
  if (product(result) != elements) {
    return badModel(where + ": the input " + shapeText(*inputs[0]) + " cannot be given the shape " +
                    shapeText(node.attributes.dims));
  }
  return result;
}

Result<Shape> inferTranspose(const Node& node, InputShapes inputs, const std::string& where) {
  const Shape& input = *inputs[0];
  const auto& permutation = node.attributes.dims;
  if (permutation.size() != input.size()) {
    return badModel(where + ": 'permutation' " + shapeText(permutation) +
                    " does not fit the input " + shapeText(input));
  }
  Shape result;
  for (const int64_t axis : permutation) result.push_back(input[static_cast<size_t>(axis)]);
  return result;
}

}  // namespace divisi::nn
