// Values set in relation to their neighbours along one axis or more.
#include <algorithm>
#include <array>
#include <cmath>

#include "base/lanes.h"
#include "base/text.h"
#include "nn/algebra/exponential.h"
#include "nn/algebra/group_norm.h"
#include "nn/operators/checks.h"
#include "nn/operators/operator_table.h"

namespace divisi::nn {
namespace {

// Runs along the axis are computed independently of each other, four at a time, one a lane.
struct Runs {
  Runs(const Shape& shape, size_t axis) : length(size(shape[axis])) {
    for (size_t i = 0; i < axis; ++i) count *= size(shape[i]);
    for (size_t i = axis + 1; i < shape.size(); ++i) stride *= size(shape[i]);
    count *= stride;
  }

  // Where the four runs from `first` on begin. The last run stands in for those beyond it.
  [[nodiscard]] std::array<size_t, kLanes> starts(size_t first) const {
    std::array<size_t, kLanes> result = {};
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const size_t run = std::min(first + lane, count - 1);
      result[lane] = run / stride * stride * length + run % stride;
    }
    return result;
  }

  size_t length;
  size_t stride = 1;  // between the elements of a run
  size_t count = 1;
};

Lanes gather(const float* from, const std::array<size_t, kLanes>& at) {
  return Lanes{from[at[0]], from[at[1]], from[at[2]], from[at[3]]};
}

void scatter(Lanes values, float* to, const std::array<size_t, kLanes>& at) {
  for (size_t lane = 0; lane < kLanes; ++lane) to[at[lane]] = values[lane];
}

class SoftmaxStep final : public Step {
 public:
  SoftmaxStep(const StepRequest& request, const Runs& runs)
      : Step(request.node.inputs, {request.node.output}), runs_(runs) {}

  Status run(std::span<float* const> values, float* /*scratch*/) override {
    for (size_t first = 0; first < runs_.count; first += kLanes) {
      softmax(values[inputs()[0]], values[outputs()[0]], runs_.starts(first));
    }
    return {};
  }

 private:
  void softmax(const float* from, float* to, const std::array<size_t, kLanes>& at) const {
    const size_t end = runs_.length * runs_.stride;
    Lanes most = gather(from, at);
    for (size_t i = 0; i < end; i += runs_.stride) {
      const Lanes x = gather(from + i, at);
      most = x > most ? x : most;
    }
    DoubleLanes sum = {};
    for (size_t i = 0; i < end; i += runs_.stride) {
      const Lanes power = expLanes(gather(from + i, at) - most);
      sum += __builtin_convertvector(power, DoubleLanes);
      scatter(power, to + i, at);
    }
    const Lanes factor = __builtin_convertvector(1.0 / sum, Lanes);
    for (size_t i = 0; i < end; i += runs_.stride) scatter(gather(to + i, at) * factor, to + i, at);
  }

  Runs runs_;
};

Result<std::unique_ptr<Step>> makeSoftmax(const StepRequest& request) {
  const Shape& shape = request.shapes[request.node.output];
  const Runs runs(shape, resolveAxis(request.node.attributes.axis, shape.size()));
  return std::unique_ptr<Step>(std::make_unique<SoftmaxStep>(request, runs));
}

Result<Shape> softmaxShape(const NodeShapes& shapes) {
  const Shape& input = *shapes.inputs[0];
  Status status = needAxis(shapes.node.attributes.axis, input, shapes.where);
  if (!status.ok()) return status;
  return input;
}

class LayerNormStep final : public Step {
 public:
  LayerNormStep(const StepRequest& request, FloatBuffer scale, FloatBuffer offset)
      : Step(request.node.inputs, {request.node.output}),
        runs_(rowsOf(request.shapes[request.node.output], static_cast<int64_t>(scale.size())), 1),
        scale_(std::move(scale)),
        offset_(std::move(offset)),
        epsilon_(request.node.attributes.factor) {}

  Status run(std::span<float* const> values, float* /*scratch*/) override {
    for (size_t first = 0; first < runs_.count; first += kLanes) {
      normalise(values[inputs()[0]], values[outputs()[0]], runs_.starts(first));
    }
    return {};
  }

 private:
  // In two passes: the difference of large sums would lose what is small beside the mean.
  void normalise(const float* from, float* to, const std::array<size_t, kLanes>& at) const {
    DoubleLanes mean = {};
    for (size_t i = 0; i < runs_.length; ++i) {
      mean += __builtin_convertvector(gather(from + i, at), DoubleLanes);
    }
    mean /= static_cast<double>(runs_.length);
    DoubleLanes factor = {};
    for (size_t i = 0; i < runs_.length; ++i) {
      const DoubleLanes difference =
          __builtin_convertvector(gather(from + i, at), DoubleLanes) - mean;
      factor += difference * difference;
    }
    for (size_t lane = 0; lane < kLanes; ++lane) {
      factor[lane] = 1 / std::sqrt(factor[lane] / static_cast<double>(runs_.length) + epsilon_);
    }
    for (size_t i = 0; i < runs_.length; ++i) {
      const DoubleLanes difference =
          __builtin_convertvector(gather(from + i, at), DoubleLanes) - mean;
      const Lanes unit = __builtin_convertvector(difference * factor, Lanes);
      scatter(unit * scale_.data()[i] + offset_.data()[i], to + i, at);
    }
  }

  static Shape rowsOf(const Shape& shape, int64_t length) {
    return {elementsIn(shape) / length, length};
  }

  Runs runs_;
  FloatBuffer scale_;
  FloatBuffer offset_;
  double epsilon_;
};

// A norm with a scale and an offset.
template <typename NormStep>
Result<std::unique_ptr<Step>> makeNorm(const StepRequest& request) {
  auto scale = weightOf(request, 0);
  if (!scale.ok()) return scale.status();
  auto offset = weightOf(request, 1);
  if (!offset.ok()) return offset.status();
  return std::unique_ptr<Step>(
      std::make_unique<NormStep>(request, std::move(scale.value()), std::move(offset.value())));
}

void readLayerNorm(JsonFields& fields, Node& node) {
  readOptionalAxis(fields, node);
  float& epsilon = node.attributes.factor;
  epsilon = 1e-5F;
  if (!fields.has("epsilon")) return;
  readFactor(fields, "epsilon", epsilon);
  if (epsilon <= 0) fields.fail("epsilon", "above 0", epsilon);
}

Result<Shape> layerNormShape(const NodeShapes& shapes) {
  const Shape& input = *shapes.inputs[0];
  Status status = needAxis(shapes.node.attributes.axis, input, shapes.where);
  if (!status.ok()) return status;
  const size_t axis = resolveAxis(shapes.node.attributes.axis, input.size());
  const Shape trailing(input.begin() + static_cast<std::ptrdiff_t>(axis), input.end());
  for (const Weight& weight : shapes.node.weights) {
    status = needWeight(weight, trailing, shapes.where);
    if (!status.ok()) return status;
  }
  return input;
}

class GroupNormStep final : public Step {
 public:
  GroupNormStep(const StepRequest& request, FloatBuffer scale, FloatBuffer offset)
      : Step(request.node.inputs, {request.node.output}),
        scale_(std::move(scale)),
        offset_(std::move(offset)) {
    const Shape& shape = request.shapes[request.node.output];
    const Attributes& a = request.node.attributes;
    const size_t axis = resolveAxis(a.axis, shape.size());
    for (size_t i = 0; i + 1 < shape.size(); ++i) {
      (i < axis ? norm_.blocks : norm_.rows) *= size(shape[i]);
    }
    norm_.channels = size(shape.back());
    norm_.groups = size(a.groups);
    norm_.epsilon = a.factor;
    norm_.scale = scale_.data();
    norm_.offset = offset_.data();
  }

  [[nodiscard]] size_t scratchElements() const override { return norm_.scratchElements(); }

  Status run(std::span<float* const> values, float* scratch) override {
    norm_.run(values[inputs()[0]], values[outputs()[0]], scratch);
    return {};
  }

 private:
  FloatBuffer scale_;
  FloatBuffer offset_;
  GroupNorm norm_;
};

void readGroupNorm(JsonFields& fields, Node& node) {
  node.attributes.axis = 0;
  if (fields.has("groups"))
    node.attributes.groups = fields.integer("groups", int64_t{1}, kMaxElements);
  readLayerNorm(fields, node);
}

Result<Shape> groupNormShape(const NodeShapes& shapes) {
  const Shape& input = *shapes.inputs[0];
  const Attributes& a = shapes.node.attributes;
  Status status = needAxis(a.axis, input, shapes.where);
  for (const Weight& weight : shapes.node.weights) {
    if (status.ok()) status = needWeight(weight, {input.back()}, shapes.where);
  }
  if (!status.ok()) return status;
  if (input.back() % a.groups != 0) {
    return badModel(shapes.where + ": " + std::to_string(a.groups) +
                    " 'groups' do not divide the channels of the input " + shapeText(input));
  }
  return input;
}

}  // namespace

std::span<const Operator> normalisations() {
  static const std::vector<Operator> rows = {
      {.name = "softmax", .read = readOptionalAxis, .shape = softmaxShape, .makeStep = makeSoftmax},
      {.name = "layer_norm",
       .weights = {"scale", "offset"},
       .read = readLayerNorm,
       .shape = layerNormShape,
       .makeStep = makeNorm<LayerNormStep>},
      {.name = "group_norm",
       .weights = {"scale", "offset"},
       .read = readGroupNorm,
       .shape = groupNormShape,
       .makeStep = makeNorm<GroupNormStep>},
  };
  return rows;
}

}  // namespace divisi::nn
