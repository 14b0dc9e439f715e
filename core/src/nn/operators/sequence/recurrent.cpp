// lstm and gru.
#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "nn/graph/weights.h"
#include "nn/operators/checks.h"
#include "nn/operators/sequence/families.h"
#include "nn/sequence/recurrence.h"

namespace divisi::nn {
namespace {

constexpr size_t kKernel = 0;
constexpr size_t kRecurrent = 1;
constexpr size_t kBias = 2;
constexpr size_t kRecurrentBias = 3;  // of a gru

// The word that the attribute has, among `words`; 0, the first, where there is none.
template <size_t N>
size_t readWord(JsonFields& fields, const char* key, const std::array<const char*, N>& words) {
  if (!fields.has(key)) return 0;
  const std::string word = fields.text(key);
  std::string known;
  for (size_t i = 0; i < N; ++i) {
    if (word == words[i]) return i;
    known += (i == 0 ? "'" : ", '") + std::string(words[i]) + "'";
  }
  fields.fail(
      unsupported(fields.name(key) + " " + quote(word) + " is unknown (known: " + known + ")"));
  return 0;
}

void readLstm(JsonFields& fields, Node& node) {
  Recurrence& recurrence = node.attributes.recurrence;
  recurrence.direction =
      static_cast<Direction>(readWord<3>(fields, "direction", {"forward", "backward", "both"}));
  if (fields.has("carriesState")) recurrence.carriesState = fields.boolean("carriesState");
  if (recurrence.carriesState && recurrence.direction != Direction::kForward) {
    fields.fail("carriesState", " is true, but only what runs forward has a state to carry");
  }
}

void readGru(JsonFields& fields, Node& node) {
  readLstm(fields, node);
  Recurrence& recurrence = node.attributes.recurrence;
  if (fields.has("resetAfter")) recurrence.resetAfter = fields.boolean("resetAfter");
  recurrence.hasHardGates = readWord<2>(fields, "gate", {"sigmoid", "hard_sigmoid"}) == 1;
}

int64_t directions(const Recurrence& recurrence) {
  return recurrence.direction == Direction::kBoth ? 2 : 1;
}

template <CellKind kKind>
Result<Shape> recurrentShape(const NodeShapes& shapes) {
  constexpr int64_t kGates = kKind == CellKind::kLstm ? 4 : 3;
  const Shape& input = *shapes.inputs[0];
  if (input.size() != 2 && input.size() != 3) {
    return badModel(shapes.where + ": the input must have the shape [steps, n] or " +
                    "[sequences, steps, n], got " + shapeText(input));
  }
  const auto& weights = shapes.node.weights;
  const int64_t count = directions(shapes.node.attributes.recurrence);
  const Shape& recurrent = weights[kRecurrent].tensor->shape;
  if (recurrent.size() != 2 || recurrent[0] != count * kGates * recurrent[1]) {
    return badModel(shapes.where + ": the weight " + quote(weights[kRecurrent].name) +
                    " has the shape " + shapeText(recurrent) + ", expected [" +
                    std::to_string(count * kGates) + " * units, units]");
  }
  Status status = needWeight(weights[kKernel], {recurrent[0], input.back()}, shapes.where);
  for (size_t i = kBias; status.ok() && i < weights.size(); ++i) {
    status = needWeight(weights[i], {recurrent[0]}, shapes.where);
  }
  if (status.ok()) status = needPackable(weights[kKernel], shapes.where);
  if (status.ok()) status = needPackable(weights[kRecurrent], shapes.where);
  if (!status.ok()) return status;
  // The sums of a step of all sequences are in memory at once.
  const int64_t sequences = input.size() == 3 ? input[0] : 1;
  if (!product(std::array{sequences, recurrent[0]})) {
    return unsupported(shapes.where + ": " + std::to_string(sequences) + " sequences of " +
                       std::to_string(recurrent[0]) + " sums are more than this build can run");
  }
  Shape result = input;
  result.back() = count * recurrent[1];
  return checked(std::move(result), shapes.where);
}

// The floats of a weight, or where the status says why not.
struct Weights {
  std::array<FloatBuffer, 4> floats;
  KernelSource kernel;
};

// The sources of one direction's part of an array [directions * sums][depth].
KernelSource partOf(const FloatBuffer& all, size_t firstRow, size_t rows, size_t depth) {
  return {.values = reinterpret_cast<const std::byte*>(all.data() + firstRow * depth),
          .outputs = rows,
          .channels = depth};
}

// Packs direction number `index`. @return nothing when memory ran out
std::optional<CellWeights> pack(const CellShape& shape, const Weights& weights, size_t index) {
  CellWeights result;
  const size_t sums = shape.sums();
  const size_t first = index * sums;
  const bool isGru = shape.kind == CellKind::kGru;
  const size_t gates = isGru ? 2 * shape.units : sums;
  KernelSource kernel = weights.kernel;
  const size_t width = kernel.format == KernelFormat::kFloat  ? sizeof(float)
                       : kernel.format == KernelFormat::kHalf ? sizeof(uint16_t)
                                                              : sizeof(int8_t);
  kernel.values += first * shape.inputs * width;
  if (kernel.scales != nullptr) kernel.scales += first * sizeof(float);
  kernel.outputs = sums;
  kernel.channels = shape.inputs;
  // A run of few steps would expand it more often than it multiplies.
  constexpr size_t kFewestSteps = 16;
  const FloatBuffer& recurrent = weights.floats[kRecurrent];
  bool done = result.kernel.create(kernel, {}, shape.steps < kFewestSteps) &&
              result.recurrent.create(partOf(recurrent, first, gates, shape.units), {}, true);
  result.bias = FloatBuffer(sums);
  done = done && result.bias;
  if (!done) return std::nullopt;
  std::copy_n(weights.floats[kBias].data() + first, sums, result.bias.data());
  if (!isGru) return result;

  const float* recurrentBias = weights.floats[kRecurrentBias].data() + first;
  for (size_t i = 0; i < gates; ++i) result.bias.data()[i] += recurrentBias[i];
  result.candidateBias = FloatBuffer(shape.units);
  if (!result.candidateBias ||
      !result.candidate.create(partOf(recurrent, first + gates, shape.units, shape.units), {},
                               true)) {
    return std::nullopt;
  }
  std::copy_n(recurrentBias + gates, shape.units, result.candidateBias.data());
  return result;
}

class RecurrentStep final : public Step {
 public:
  RecurrentStep(const StepRequest& request, const CellShape& shape, std::vector<CellWeights> cells)
      : Step(request.node.inputs, {request.node.output}),
        recurrence_(request.node.attributes.recurrence),
        shape_(shape),
        cells_(std::move(cells)) {}

  [[nodiscard]] size_t stateElements() const override {
    return recurrence_.carriesState ? shape_.stateElements() : 0;
  }
  void setState(float* state) override { carried_ = state; }

  [[nodiscard]] size_t scratchElements() const override {
    return roundedUp(shape_.stateElements(), kLine) + cellScratch(shape_, cells_[0]);
  }

  Status run(std::span<float* const> values, float* scratch) override {
    float* own = scratch;
    scratch += roundedUp(shape_.stateElements(), kLine);
    for (size_t i = 0; i < cells_.size(); ++i) {
      float* state = carried_;
      if (state == nullptr) {
        state = own;
        std::fill_n(state, shape_.stateElements(), 0.0F);
      }
      CellShape shape = shape_;
      shape.isBackward = i == 1 || recurrence_.direction == Direction::kBackward;
      runCell(shape, cells_[i], values[inputs()[0]], state, values[outputs()[0]] + i * shape_.units,
              scratch);
    }
    return {};
  }

 private:
  static constexpr size_t kLine = 16;

  Recurrence recurrence_;
  CellShape shape_;
  std::vector<CellWeights> cells_;  // of each direction
  float* carried_ = nullptr;
};

template <CellKind kKind>
Result<std::unique_ptr<Step>> makeRecurrent(const StepRequest& request) {
  const auto failed = [&](const Status& status) {
    return Status(status.code(), request.where + ": " + status.message());
  };
  const Node& node = request.node;
  Weights weights;
  auto kernel = kernelSource(request.file, node.weights[kKernel]);
  if (!kernel.ok()) return failed(kernel.status());
  weights.kernel = kernel.value();
  for (size_t i = kRecurrent; i < node.weights.size(); ++i) {
    auto floats = expand(request.file, node.weights[i]);
    if (!floats.ok()) return failed(floats.status());
    weights.floats[i] = std::move(floats.value());
  }
  const Shape& input = request.shapes[node.inputs[0]];
  const Recurrence& recurrence = node.attributes.recurrence;
  const CellShape shape = {.kind = kKind,
                           .sequences = input.size() == 3 ? size(input[0]) : 1,
                           .steps = size(input[input.size() - 2]),
                           .inputs = size(input.back()),
                           .units = size(node.weights[kRecurrent].tensor->shape[1]),
                           .resultStride = size(request.shapes[node.output].back()),
                           .resetAfter = recurrence.resetAfter,
                           .hasHardGates = recurrence.hasHardGates};
  std::vector<CellWeights> cells;
  for (size_t i = 0; i < size(directions(recurrence)); ++i) {
    auto cell = pack(shape, weights, i);
    if (!cell) return failed(outOfMemory("the weight " + quote(node.weights[kRecurrent].name)));
    cells.push_back(std::move(*cell));
  }
  return std::unique_ptr<Step>(std::make_unique<RecurrentStep>(request, shape, std::move(cells)));
}

}  // namespace

Operator lstm() {
  return {.name = "lstm",
          .weights = {"kernel", "recurrent", "bias"},
          .read = readLstm,
          .shape = recurrentShape<CellKind::kLstm>,
          .makeStep = makeRecurrent<CellKind::kLstm>};
}

Operator gru() {
  return {.name = "gru",
          .weights = {"kernel", "recurrent", "bias", "recurrentBias"},
          .read = readGru,
          .shape = recurrentShape<CellKind::kGru>,
          .makeStep = makeRecurrent<CellKind::kGru>};
}

}  // namespace divisi::nn
