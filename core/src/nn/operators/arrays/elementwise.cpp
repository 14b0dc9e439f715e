// Functions of each element of one value or of two, in loops of our own.
#include <algorithm>
#include <array>
#include <limits>

#include "base/integers.h"
#include "base/text.h"
#include "nn/algebra/axes.h"
#include "nn/algebra/element_functions.h"
#include "nn/operators/checks.h"
#include "nn/operators/operator_table.h"

namespace divisi::nn {
namespace {

class UnaryStep final : public Step {
 public:
  explicit UnaryStep(const StepRequest& request)
      : Step(request.node.inputs, {request.node.output}),
        row_(unaryRow(request.node.op->name)),
        count_(size(elementsIn(request.shapes[request.node.output]))),
        parameters_(request.node.attributes.parameters) {}

  Status run(std::span<float* const> values, float* /*scratch*/) override {
    row_(values[inputs()[0]], values[outputs()[0]], count_, parameters_);
    return {};
  }

 private:
  UnaryRow row_;
  size_t count_;
  Parameters parameters_;
};

Result<std::unique_ptr<Step>> makeUnary(const StepRequest& request) {
  return std::unique_ptr<Step>(std::make_unique<UnaryStep>(request));
}

// The second operand is a value, a weight, or another part of the first one.
class BinaryStep final : public Step {
 public:
  BinaryStep(const StepRequest& request, std::span<const Axis> axes, FloatBuffer weight = {},
             size_t secondOffset = 0)
      : Step(request.node.inputs, {request.node.output}),
        row_(binaryRow(request.node.op->name)),
        axes_(merged(axes)),
        weight_(std::move(weight)),
        secondOffset_(secondOffset) {
    if (axes_.empty()) return;
    rowAxis_ = axes_.back();
    axes_.pop_back();
  }

  Status run(std::span<float* const> values, float* /*scratch*/) override {
    const float* a = values[inputs().front()];
    const float* b = (weight_ ? weight_.data() : values[inputs().back()]) + secondOffset_;
    float* y = values[outputs()[0]];
    forEachIndex(axes_, [&](const auto& at) {
      row_({a + at[0], rowAxis_.strides[0]}, {b + at[1], rowAxis_.strides[1]}, y, rowAxis_.count);
      y += rowAxis_.count;
    });
    return {};
  }

 private:
  BinaryRow row_;
  std::vector<Axis> axes_;
  Axis rowAxis_;  // the last one
  FloatBuffer weight_;
  size_t secondOffset_;
};

// Axes of the result with the strides of an operand of that shape, which stays where it is along
// axes that it lacks.
void setStrides(const Shape& shape, size_t operand, std::vector<Axis>& axes) {
  size_t stride = 1;
  for (size_t i = 1; i <= shape.size(); ++i) {
    const size_t count = size(shape[shape.size() - i]);
    axes[axes.size() - i].strides[operand] = count == 1 ? 0 : stride;
    stride *= count;
  }
}

std::vector<Axis> axesOf(const Shape& result, const Shape& first, const Shape& second) {
  std::vector<Axis> axes;
  for (const int64_t dim : result) axes.push_back({.count = size(dim)});
  setStrides(first, 0, axes);
  setStrides(second, 1, axes);
  return axes;
}

Result<std::unique_ptr<Step>> makeBinary(const StepRequest& request) {
  const auto shape = [&](ValueIndex value) -> const Shape& { return request.shapes[value]; };
  const auto& inputs = request.node.inputs;
  return std::unique_ptr<Step>(std::make_unique<BinaryStep>(
      request, axesOf(shape(request.node.output), shape(inputs[0]), shape(inputs[1]))));
}

Result<Shape> preluShape(const NodeShapes& shapes) {
  const Shape& input = *shapes.inputs[0];
  Status status = needWeight(shapes.node.weights[0], {input.back()}, shapes.where);
  if (!status.ok()) return status;
  return input;
}

Result<std::unique_ptr<Step>> makePrelu(const StepRequest& request) {
  auto slope = weightOf(request, 0);
  if (!slope.ok()) return slope.status();
  const Shape& shape = request.shapes[request.node.output];
  return std::unique_ptr<Step>(std::make_unique<BinaryStep>(
      request, axesOf(shape, shape, {shape.back()}), std::move(slope.value())));
}

Result<Shape> gluShape(const NodeShapes& shapes) {
  Shape result = *shapes.inputs[0];
  Status status = needAxis(shapes.node.attributes.axis, result, shapes.where);
  if (!status.ok()) return status;
  int64_t& length = result[resolveAxis(shapes.node.attributes.axis, result.size())];
  if (length % 2 != 0) {
    return badModel(shapes.where + ": the input " + shapeText(*shapes.inputs[0]) +
                    " has no halves along 'axis' " + std::to_string(shapes.node.attributes.axis));
  }
  length /= 2;
  return result;
}

Result<std::unique_ptr<Step>> makeGlu(const StepRequest& request) {
  const Shape& result = request.shapes[request.node.output];
  const size_t axis = resolveAxis(request.node.attributes.axis, result.size());
  const auto at = result.begin() + static_cast<std::ptrdiff_t>(axis);
  const size_t before = size(elementsIn(Shape(result.begin(), at)));
  const size_t half = size(elementsIn(Shape(at, result.end())));
  const std::array<Axis, 2> axes = {Axis{before, {2 * half, 2 * half}}, Axis{half, {1, 1}}};
  return std::unique_ptr<Step>(std::make_unique<BinaryStep>(request, axes, FloatBuffer{}, half));
}

void readElu(JsonFields& fields, Node& node) {
  float& alpha = node.attributes.parameters[0];
  alpha = 1;
  if (!fields.has("alpha")) return;
  readFactor(fields, "alpha", alpha);
  if (alpha <= 0) fields.fail("alpha", "above 0", alpha);
}

void readClip(JsonFields& fields, Node& node) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  auto& range = node.attributes.parameters;
  range = {-kInfinity, kInfinity};
  if (fields.has("min")) readFactor(fields, "min", range[0]);
  if (fields.has("max")) readFactor(fields, "max", range[1]);
  if (range[0] > range[1]) {
    fields.fail("max", "at least 'min', " + std::to_string(range[0]), range[1]);
  }
}

void readHardSigmoid(JsonFields& fields, Node& node) {
  auto& range = node.attributes.parameters;
  range = {0.2F, 0.5F};
  if (fields.has("slope")) readFactor(fields, "slope", range[0]);
  if (fields.has("offset")) readFactor(fields, "offset", range[1]);
}

// The form by the hyperbolic tangent has a parameter of 1.
void readGelu(JsonFields& fields, Node& node) {
  node.attributes.parameters[0] =
      static_cast<float>(readMode(fields, "approximate", {"none", "tanh"}));
}

Operator unary(std::string_view name, void (*read)(JsonFields&, Node&) = nullptr) {
  return {.name = name, .read = read, .shape = sameShape, .makeStep = makeUnary};
}

Operator binary(std::string_view name) {
  return {.name = name,
          .minInputs = 2,
          .maxInputs = 2,
          .shape = broadcastShape,
          .makeStep = makeBinary};
}

}  // namespace

std::span<const Operator> elementwise() {
  static const std::vector<Operator> rows = {
      unary("elu", readElu),
      unary("gelu", readGelu),
      unary("tanh"),
      unary("silu"),
      unary("exp"),
      unary("log"),
      unary("sqrt"),
      unary("abs"),
      unary("negate"),
      unary("sin"),
      unary("cos"),
      unary("square"),
      unary("clip", readClip),
      unary("hard_sigmoid", readHardSigmoid),
      binary("subtract"),
      binary("divide"),
      binary("minimum"),
      binary("maximum"),
      binary("power"),
      {.name = "prelu", .weights = {"slope"}, .shape = preluShape, .makeStep = makePrelu},
      {.name = "glu", .read = readOptionalAxis, .shape = gluShape, .makeStep = makeGlu},
  };
  return rows;
}

}  // namespace divisi::nn
