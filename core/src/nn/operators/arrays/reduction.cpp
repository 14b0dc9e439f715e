// Extremes, means and sums along whole axes.
#include "nn/algebra/reduction.h"

#include <algorithm>

#include "base/integers.h"
#include "base/text.h"
#include "nn/operators/checks.h"
#include "nn/operators/operator_table.h"

namespace divisi::nn {
namespace {

// One axis or a list of them.
void readAxes(JsonFields& fields, Node& node) {
  constexpr auto kRank = static_cast<int64_t>(kMaxRank);
  auto& axes = node.attributes.dims;
  if (fields.hasList("axis")) {
    axes = fields.integers("axis", 0, -kRank, kRank - 1);
    if (axes.empty()) fields.fail("axis", " must name an axis");
  } else {
    axes = {fields.integer("axis", -kRank, kRank - 1)};
  }
}

// The axes that go, from the front.
std::vector<bool> isReduced(const Node& node, size_t rank) {
  std::vector<bool> result(rank);
  for (const int64_t axis : node.attributes.dims) result[resolveAxis(axis, rank)] = true;
  return result;
}

Result<Shape> reduceShape(const NodeShapes& shapes) {
  const Shape& input = *shapes.inputs[0];
  const auto& axes = shapes.node.attributes.dims;
  for (const int64_t axis : axes) {
    Status status = needAxis(axis, input, shapes.where);
    if (!status.ok()) return status;
  }
  const auto reduced = isReduced(shapes.node, input.size());
  if (static_cast<size_t>(std::ranges::count(reduced, true)) != axes.size()) {
    return badModel(shapes.where + ": 'axis' " + shapeText(axes) + " names an axis of the input " +
                    shapeText(input) + " twice");
  }
  Shape result;
  for (size_t i = 0; i < input.size(); ++i) {
    if (!reduced[i]) result.push_back(input[i]);
  }
  if (result.empty()) {
    return badModel(shapes.where + ": no axis of the input " + shapeText(input) + " would be left");
  }
  return result;
}

class ReduceStep final : public Step {
 public:
  ReduceStep(const StepRequest& request, ReductionPlan plan)
      : Step(request.node.inputs, {request.node.output}), plan_(std::move(plan)) {}

  Status run(std::span<float* const> values, float* /*scratch*/) override {
    reduceAxes(plan_, values[inputs()[0]], values[outputs()[0]]);
    return {};
  }

 private:
  ReductionPlan plan_;
};

Result<std::unique_ptr<Step>> makeReduction(const StepRequest& request) {
  const Shape& input = request.shapes[request.node.inputs[0]];
  const auto reduced = isReduced(request.node, input.size());
  std::vector<Axis> lists[2];
  size_t stride = 1;
  size_t joined = 1;
  for (size_t i = input.size(); i-- > 0;) {
    const size_t count = size(input[i]);
    auto& list = lists[reduced[i] ? 1 : 0];
    list.insert(list.begin(), {.count = count, .strides = {stride, 0}});
    stride *= count;
    if (reduced[i]) joined *= count;
  }
  ReductionPlan plan = {.kept = merged(lists[0]), .reduced = merged(lists[1])};
  const std::string_view name = request.node.op->name;
  if (name == "reduce_max") plan.kind = Reduction::kMaximum;
  if (name == "reduce_min") plan.kind = Reduction::kMinimum;
  if (name == "reduce_mean") plan.factor = 1 / static_cast<double>(joined);
  return std::unique_ptr<Step>(std::make_unique<ReduceStep>(request, std::move(plan)));
}

Operator reduction(std::string_view name) {
  return {.name = name, .read = readAxes, .shape = reduceShape, .makeStep = makeReduction};
}

}  // namespace

std::span<const Operator> reductions() {
  static const std::vector<Operator> rows = {reduction("reduce_max"), reduction("reduce_min"),
                                             reduction("reduce_mean"), reduction("reduce_sum")};
  return rows;
}

}  // namespace divisi::nn
