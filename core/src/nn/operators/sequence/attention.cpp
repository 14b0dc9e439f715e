#include "nn/sequence/attention.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "nn/operators/checks.h"
#include "nn/operators/sequence/families.h"

namespace divisi::nn {
namespace {

constexpr size_t kQuery = 0;
constexpr size_t kKey = 1;
constexpr size_t kValue = 2;

// [queries or keys][columns] of one of the inputs; the axes before are independent of each other.
struct Rows {
  explicit Rows(const Shape& shape) : count(shape[shape.size() - 2]), columns(shape.back()) {}
  int64_t count;
  int64_t columns;
};

Result<Shape> attentionShape(const NodeShapes& shapes) {
  const Shape& query = *shapes.inputs[kQuery];
  const Shape& key = *shapes.inputs[kKey];
  const Shape& value = *shapes.inputs[kValue];
  const std::string text =
      "the inputs " + shapeText(query) + ", " + shapeText(key) + " and " + shapeText(value);
  if (query.size() < 2 || key.size() != query.size() || value.size() != query.size()) {
    return badModel(shapes.where + ": " + text + " must have the same number of axes, two or more");
  }
  if (!std::equal(query.begin(), query.end() - 2, key.begin()) ||
      !std::equal(query.begin(), query.end() - 2, value.begin())) {
    return badModel(shapes.where + ": " + text + " differ before their last two axes");
  }
  if (Rows(query).columns != Rows(key).columns) {
    return badModel(shapes.where + ": " + text + " have queries of " +
                    std::to_string(Rows(query).columns) + " and keys of " +
                    std::to_string(Rows(key).columns));
  }
  if (Rows(key).count != Rows(value).count) {
    return badModel(shapes.where + ": " + text + " have " + std::to_string(Rows(key).count) +
                    " keys and " + std::to_string(Rows(value).count) + " values");
  }
  const int64_t heads = shapes.node.attributes.heads;
  for (const int64_t columns : {Rows(query).columns, Rows(value).columns}) {
    if (columns % heads == 0) continue;
    return badModel(shapes.where + ": " + std::to_string(columns) + " columns of " + text +
                    " cannot be split into " + std::to_string(heads) + " 'heads'");
  }
  Shape result = query;
  result.back() = value.back();
  return checked(std::move(result), shapes.where);
}

void readAttention(JsonFields& fields, Node& node) {
  Attributes& attributes = node.attributes;
  if (fields.has("heads")) attributes.heads = fields.integer("heads", int64_t{1}, kMaxElements);
  if (!fields.has("scale")) return;
  readFactor(fields, "scale", attributes.factor);
  // Zero stands for the default, and would make a mean of attention.
  if (attributes.factor <= 0) fields.fail("scale", "above 0", attributes.factor);
}

class AttentionStep final : public Step {
 public:
  explicit AttentionStep(const StepRequest& request)
      : Step(request.node.inputs, {request.node.output}),
        heads_(size(request.node.attributes.heads)) {
    const Rows query(request.shapes[request.node.inputs[kQuery]]);
    const Rows key(request.shapes[request.node.inputs[kKey]]);
    const Rows value(request.shapes[request.node.inputs[kValue]]);
    const size_t depth = size(query.columns) / heads_;
    const float scale = request.node.attributes.factor;
    shape_ = {.queries = size(query.count),
              .keys = size(key.count),
              .depth = depth,
              .valueDepth = size(value.columns) / heads_,
              .queryStride = size(query.columns),
              .keyStride = size(key.columns),
              .valueStride = size(value.columns),
              .resultStride = size(value.columns),
              .scale = scale > 0 ? scale : 1 / std::sqrt(static_cast<float>(depth))};
    batch_ = size(elementsIn(request.shapes[request.node.output]) / (query.count * value.columns));
  }

  [[nodiscard]] size_t scratchElements() const override { return attentionScratch(shape_); }

  Status run(std::span<float* const> values, float* scratch) override {
    for (size_t i = 0; i < batch_; ++i) {
      const float* query = values[inputs()[kQuery]] + i * shape_.queries * shape_.queryStride;
      const float* key = values[inputs()[kKey]] + i * shape_.keys * shape_.keyStride;
      const float* value = values[inputs()[kValue]] + i * shape_.keys * shape_.valueStride;
      float* result = values[outputs()[0]] + i * shape_.queries * shape_.resultStride;
      for (size_t head = 0; head < heads_; ++head) {
        attend(shape_, query + head * shape_.depth, key + head * shape_.depth,
               value + head * shape_.valueDepth, result + head * shape_.valueDepth, scratch);
      }
    }
    return {};
  }

 private:
  size_t heads_;
  size_t batch_ = 1;
  AttentionShape shape_;
};

Result<std::unique_ptr<Step>> makeAttention(const StepRequest& request) {
  return std::unique_ptr<Step>(std::make_unique<AttentionStep>(request));
}

}  // namespace

Operator attention() {
  return {.name = "attention",
          .minInputs = 3,
          .maxInputs = 3,
          .read = readAttention,
          .shape = attentionShape,
          .makeStep = makeAttention};
}

}  // namespace divisi::nn
