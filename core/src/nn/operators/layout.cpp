// The same elements elsewhere: joined, padded, reshaped, transposed.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "nn/operators/arrays/indexed_copy.h"
#include "nn/operators/checks.h"
#include "nn/operators/operator_table.h"

namespace divisi::nn {
namespace {

constexpr size_t kMostJoined = 256;

Result<Shape> concatShape(const NodeShapes& shapes) {
  Shape result = *shapes.inputs[0];
  Status status = needAxis(shapes.node.attributes.axis, result, shapes.where);
  if (!status.ok()) return status;
  const size_t axis = resolveAxis(shapes.node.attributes.axis, result.size());
  for (const Shape* input : shapes.inputs.subspan(1)) {
    bool fits = input->size() == result.size();
    for (size_t i = 0; fits && i < result.size(); ++i) {
      fits = i == axis || (*input)[i] == result[i];
    }
    if (!fits) {
      return badModel(shapes.where + ": the inputs " + shapeText(*shapes.inputs[0]) + " and " +
                      shapeText(*input) + " cannot be joined along axis " + std::to_string(axis));
    }
    result[axis] += (*input)[axis];
  }
  return checked(std::move(result), shapes.where);
}

Tensor emitConcat(Builder& b, const Emission& e) {
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < e.inputs.size(); ++i) {
    tensors.push_back(b.as(e.inputs[i], canonical(*e.inputShapes[i])));
  }
  return emitJoin(b, std::move(tensors), canonicalAxis(e), /*isResult=*/true);
}

void readPadding(JsonFields& fields, Node& node) {
  readExtents(fields, "padding", 0, node.attributes.padding);
  node.attributes.padMode =
      static_cast<PadMode>(readMode(fields, "mode", {"zeros", "reflect", "replicate"}));
}

Result<Shape> padShape(const NodeShapes& shapes) {
  Status status = needSpatial(*shapes.inputs[0], shapes.where);
  if (!status.ok()) return status;
  const auto& padding = shapes.node.attributes.padding;
  Shape result = *shapes.inputs[0];
  for (size_t side = 0; side < padding.size(); ++side) {
    if (shapes.node.attributes.padMode != PadMode::kReflect || padding[side] < result[side / 2]) {
      continue;
    }
    return badModel(shapes.where + ": the input " + shapeText(result) +
                    " is too small to reflect the 'padding' " + shapeText(padding));
  }
  result[0] += padding[0] + padding[1];
  result[1] += padding[2] + padding[3];
  return checked(std::move(result), shapes.where);
}

// Everything but zeros is in the input.
Result<std::unique_ptr<Step>> makePad(const StepRequest& request) {
  const Attributes& a = request.node.attributes;
  auto axes = wholeAxes(request);
  for (size_t axis = 0; axis < 2; ++axis) {
    const auto last = static_cast<int64_t>(axes[axis].count) - 1;
    const int64_t before = a.padding[2 * axis];
    const int64_t after = a.padding[2 * axis + 1];
    axes[axis] = tableOf(size(before + last + 1 + after), [&](size_t i) {
      const int64_t index = static_cast<int64_t>(i) - before;
      if (a.padMode == PadMode::kReplicate) return std::clamp<int64_t>(index, 0, last);
      return index > last ? 2 * last - index : std::abs(index);
    });
  }
  return makeIndexedCopy(request, std::move(axes));
}

bool emitsPad(const Node& node) { return node.attributes.padMode == PadMode::kZeros; }

Tensor emitPad(Builder& b, const Emission& e) {
  const auto& padding = e.node.attributes.padding;
  const std::array<size_t, 4> before = {0, size(padding[0]), size(padding[2]), 0};
  const std::array<size_t, 4> after = {0, size(padding[1]), size(padding[3]), 0};
  const Tensor input = b.as(e.inputs[0], canonical(*e.inputShapes[0]));
  Tensor output = b.result(canonical(e.outputShape));
  if (b.status().ok()) {
    b.check(xnn_define_static_constant_pad(b.subgraph(), before.data(), after.data(),
                                           /*padding_value=*/0, input.id, output.id, /*flags=*/0));
  }
  return output;
}

void readNewShape(JsonFields& fields, Node& node) {
  auto& dims = node.attributes.dims;
  dims = fields.integers("shape", 0, -1, kMaxElements);
  if (dims.empty() || dims.size() > kMaxRank) {
    fields.fail("shape", " must have 1 to " + std::to_string(kMaxRank) + " dimensions, got " +
                             std::to_string(dims.size()));
  }
  if (std::ranges::count(dims, -1) > 1 || std::ranges::count(dims, 0) > 0) {
    fields.fail("shape",
                " " + shapeText(dims) + " must have dimensions of 1 or more and at most one -1");
  }
}

Result<Shape> reshapeShape(const NodeShapes& shapes) {
  Shape result = shapes.node.attributes.dims;
  const int64_t elements = elementsIn(*shapes.inputs[0]);
  const auto open = std::ranges::find(result, -1);
  if (open != result.end()) {
    *open = 1;
    const auto others = product(result);
    if (others && elements % *others == 0) *open = elements / *others;
  }
  if (product(result) != elements) {
    return badModel(shapes.where + ": the input " + shapeText(*shapes.inputs[0]) +
                    " cannot be given the shape " + shapeText(shapes.node.attributes.dims));
  }
  return result;
}

// Nothing to do: whoever reads the value asks for the dimensions that it wants.
Tensor emitReshape(Builder&, const Emission& e) { return e.inputs[0]; }

void readPermutation(JsonFields& fields, Node& node) {
  auto& axes = node.attributes.dims;
  axes = fields.integers("permutation", 0, 0, static_cast<int64_t>(kMaxRank) - 1);
  for (size_t i = 0; i < axes.size(); ++i) {
    if (std::ranges::count(axes, static_cast<int64_t>(i)) != 1) {
      fields.fail("permutation", " " + shapeText(axes) + " does not name each axis once");
    }
  }
}

Result<Shape> transposeShape(const NodeShapes& shapes) {
  const Shape& input = *shapes.inputs[0];
  const auto& permutation = shapes.node.attributes.dims;
  if (permutation.size() != input.size()) {
    return badModel(shapes.where + ": 'permutation' " + shapeText(permutation) +
                    " does not fit the input " + shapeText(input));
  }
  Shape result;
  for (const int64_t axis : permutation) result.push_back(input[size(axis)]);
  return result;
}

Tensor emitTranspose(Builder& b, const Emission& e) {
  const auto& permutation = e.node.attributes.dims;
  const size_t batch = permutation.size() == 3 ? 1 : 0;
  std::vector<size_t> axes;
  if (batch == 1) axes.push_back(0);
  for (const int64_t axis : permutation) axes.push_back(size(axis) + batch);
  const Tensor input = b.as(e.inputs[0], canonical(*e.inputShapes[0]));
  Tensor output = b.result(canonical(e.outputShape));
  if (b.status().ok()) {
    b.check(xnn_define_static_transpose(b.subgraph(), axes.size(), axes.data(), input.id, output.id,
                                        /*flags=*/0));
  }
  return output;
}

}  // namespace

std::span<const Operator> layouts() {
  static const std::vector<Operator> rows = {
      {.name = "concat",
       .minInputs = 2,
       .maxInputs = kMostJoined,
       .read = readOptionalAxis,
       .shape = concatShape,
       .emit = emitConcat,
       .role = Role::kJoin},
      {.name = "pad",
       .read = readPadding,
       .shape = padShape,
       .emit = emitPad,
       .makeStep = makePad,
       .emits = emitsPad,
       .role = Role::kPadding},
      {.name = "reshape", .read = readNewShape, .shape = reshapeShape, .emit = emitReshape},
      {.name = "transpose",
       .read = readPermutation,
       .shape = transposeShape,
       .emit = emitTranspose},
  };
  return rows;
}

}  // namespace divisi::nn
