// Elements by their index: parts of a value, rows of a table, constants.
#include <algorithm>

#include "base/integers.h"
#include "base/text.h"
#include "nn/operators/arrays/indexed_copy.h"
#include "nn/operators/checks.h"
#include "nn/operators/operator_table.h"

namespace divisi::nn {
namespace {

void readSlice(JsonFields& fields, Node& node) {
  Slice& slice = node.attributes.slice;
  readAxis(fields, node);
  const auto read = [&](const char* key) {
    return fields.integer(key, -kMaxElements, kMaxElements);
  };
  if (fields.has("start")) slice.start = read("start");
  if (fields.has("end")) slice.end = read("end");
  if (fields.has("step")) slice.step = read("step");
  if (slice.step == 0) fields.fail("step", "a number other than 0", 0);
}

// What the slice takes of an axis of that length: the first index, and how many.
struct Part {
  int64_t first;
  int64_t count;
};

Part partOf(const Slice& slice, int64_t length) {
  const bool forwards = slice.step > 0;
  // Backwards the end behind which nothing is taken lies before the first element, and the first
  // element that can be taken is the last one.
  const int64_t lowest = forwards ? 0 : -1;
  const int64_t highest = forwards ? length : length - 1;
  const auto resolved = [&](std::optional<int64_t> index, int64_t otherwise) {
    if (!index) return otherwise;
    return std::clamp(*index < 0 ? *index + length : *index, lowest, highest);
  };
  const int64_t first = resolved(slice.start, forwards ? lowest : highest);
  const int64_t end = resolved(slice.end, forwards ? highest : lowest);
  const int64_t distance = forwards ? end - first : first - end;
  const int64_t step = std::abs(slice.step);
  return {first, distance <= 0 ? 0 : (distance + step - 1) / step};
}

Result<Shape> sliceShape(const NodeShapes& shapes) {
  Shape result = *shapes.inputs[0];
  const Attributes& a = shapes.node.attributes;
  Status status = needAxis(a.axis, result, shapes.where);
  if (!status.ok()) return status;
  int64_t& length = result[resolveAxis(a.axis, result.size())];
  length = partOf(a.slice, length).count;
  return checked(std::move(result), shapes.where);
}

Result<std::unique_ptr<Step>> makeSlice(const StepRequest& request) {
  const Attributes& a = request.node.attributes;
  auto axes = wholeAxes(request);
  AxisIndices& axis = axes[resolveAxis(a.axis, axes.size())];
  const Part part = partOf(a.slice, static_cast<int64_t>(axis.count));
  axis.count = size(part.count);
  axis.start = static_cast<std::ptrdiff_t>(part.first);
  // A step beyond the axis's ends is never taken.
  axis.step = part.count > 1 ? static_cast<std::ptrdiff_t>(a.slice.step) : 1;
  return makeIndexedCopy(request, std::move(axes));
}

void readGather(JsonFields& fields, Node& node) {
  node.attributes.axis = 0;
  readOptionalAxis(fields, node);
  auto& indices = node.attributes.dims;
  indices = fields.integers("indices", 0, -kMaxElements, kMaxElements);
  if (indices.empty()) fields.fail("indices", " must have at least one index");
}

Result<Shape> gatherShape(const NodeShapes& shapes) {
  Shape result = *shapes.inputs[0];
  const Attributes& a = shapes.node.attributes;
  Status status = needAxis(a.axis, result, shapes.where);
  if (!status.ok()) return status;
  int64_t& length = result[resolveAxis(a.axis, result.size())];
  for (const int64_t index : a.dims) {
    if (index < -length || index >= length) {
      return badModel(shapes.where + ": 'indices' has " + std::to_string(index) +
                      ", which is not an index along 'axis' " + std::to_string(a.axis) +
                      " of the input " + shapeText(*shapes.inputs[0]));
    }
  }
  length = static_cast<int64_t>(a.dims.size());
  return checked(std::move(result), shapes.where);
}

Result<std::unique_ptr<Step>> makeGather(const StepRequest& request) {
  const Attributes& a = request.node.attributes;
  auto axes = wholeAxes(request);
  AxisIndices& axis = axes[resolveAxis(a.axis, axes.size())];
  const size_t length = axis.count;
  axis = tableOf(a.dims.size(), [&](size_t i) {
    return a.dims[i] + (a.dims[i] < 0 ? static_cast<int64_t>(length) : 0);
  });
  return makeIndexedCopy(request, std::move(axes));
}

Result<Shape> constantShape(const NodeShapes& shapes) {
  const Weight& value = shapes.node.weights[0];
  const Shape& shape = value.tensor->shape;
  if (!shape.empty() && shape.size() <= kMaxRank) return checked(shape, shapes.where);
  return badModel(shapes.where + ": the weight " + quote(value.name) + " must have 1 to " +
                  std::to_string(kMaxRank) + " axes, got the shape " + shapeText(shape));
}

class ConstantStep final : public Step {
 public:
  ConstantStep(const StepRequest& request, FloatBuffer value)
      : Step({}, {request.node.output}), value_(std::move(value)) {}

  Status run(std::span<float* const> values, float* /*scratch*/) override {
    std::ranges::copy(value_.span(), values[outputs()[0]]);
    return {};
  }

 private:
  FloatBuffer value_;
};

Result<std::unique_ptr<Step>> makeConstant(const StepRequest& request) {
  auto value = weightOf(request, 0);
  if (!value.ok()) return value.status();
  return std::unique_ptr<Step>(std::make_unique<ConstantStep>(request, std::move(value.value())));
}

Result<Shape> embeddingShape(const NodeShapes& shapes) {
  Shape result = *shapes.inputs[0];
  const Weight& table = shapes.node.weights[0];
  if (table.tensor->shape.size() != 2) {
    return badModel(shapes.where + ": the weight " + quote(table.name) +
                    " must have the shape [rows, length], got " + shapeText(table.tensor->shape));
  }
  if (result.size() == kMaxRank) {
    return badModel(shapes.where + ": the input " + shapeText(result) +
                    " has no room for another axis");
  }
  result.push_back(table.tensor->shape[1]);
  return checked(std::move(result), shapes.where);
}

class EmbeddingStep final : public Step {
 public:
  EmbeddingStep(const StepRequest& request, FloatBuffer table)
      : Step(request.node.inputs, {request.node.output}),
        where_(request.where),
        count_(size(elementsIn(request.shapes[request.node.inputs[0]]))),
        length_(size(request.shapes[request.node.output].back())),
        table_(std::move(table)) {}

  Status run(std::span<float* const> values, float* /*scratch*/) override {
    const float* x = values[inputs()[0]];
    float* y = values[outputs()[0]];
    const size_t rows = table_.size() / length_;
    for (size_t i = 0; i < count_; ++i) {
      // Not a number fails the comparison, too.
      const bool isIndex = x[i] >= 0 && x[i] < static_cast<float>(rows);
      const size_t row = isIndex ? static_cast<size_t>(x[i]) : 0;
      if (!isIndex || row >= rows || static_cast<float>(row) != x[i]) {
        return badModel(where_ + ": element " + std::to_string(i) + " of the input is " +
                        std::to_string(x[i]) + ", which is not one of the table's " +
                        std::to_string(rows) + " rows");
      }
      y = std::copy_n(table_.data() + row * length_, length_, y);
    }
    return {};
  }

 private:
  std::string where_;
  size_t count_;
  size_t length_;
  FloatBuffer table_;
};

Result<std::unique_ptr<Step>> makeEmbedding(const StepRequest& request) {
  auto table = weightOf(request, 0);
  if (!table.ok()) return table.status();
  return std::unique_ptr<Step>(std::make_unique<EmbeddingStep>(request, std::move(table.value())));
}

}  // namespace

std::span<const Operator> indexing() {
  static const std::vector<Operator> rows = {
      {.name = "slice", .read = readSlice, .shape = sliceShape, .makeStep = makeSlice},
      {.name = "gather", .read = readGather, .shape = gatherShape, .makeStep = makeGather},
      {.name = "embedding",
       .weights = {"table"},
       .shape = embeddingShape,
       .makeStep = makeEmbedding},
      {.name = "constant",
       .minInputs = 0,
       .maxInputs = 0,
       .weights = {"value"},
       .shape = constantShape,
       .makeStep = makeConstant},
  };
  return rows;
}

}  // namespace divisi::nn
