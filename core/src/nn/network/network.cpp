// Network and Workspace: steps of XNNPACK and of our own, and the memory between them.
#include "nn/network/network.h"

#include <xnnpack.h>

#include <algorithm>

#include "base/float_buffer.h"
#include "base/text.h"
#include "nn/model/model_file.h"
#include "nn/network/arena.h"
#include "nn/network/convolution_step.h"
#include "nn/network/fusion.h"
#include "nn/network/plan.h"
#include "nn/network/xnnpack_step.h"
#include "nn/xnnpack/builder.h"

namespace divisi::nn {
namespace {

// On 32-bit targets XNNPACK would add up the sizes of live tensors beyond what size_t holds.
constexpr uint64_t kMaxTotalBytes = SIZE_MAX / 2;

Status initialize() {
  // Thread-safe, and repeats what xnn_initialize itself keeps if it failed for want of memory.
  static const xnn_status status = xnn_initialize(/*allocator=*/nullptr);
  return statusOf(status, "starting XNNPACK");
}

class SharedWorkspace final : public Workspace {
 public:
  explicit SharedWorkspace(xnn_workspace_t handle) : handle_(handle) {}
  SharedWorkspace(const SharedWorkspace&) = delete;
  SharedWorkspace& operator=(const SharedWorkspace&) = delete;
  ~SharedWorkspace() override { xnn_release_workspace(handle_); }

  [[nodiscard]] xnn_workspace_t handle() const { return handle_; }

  /// Makes room for that many floats. What was there is lost, and may move.
  [[nodiscard]] Status reserve(size_t elements) {
    if (elements <= arena_.size()) return {};
    arena_ = {};
    arena_ = FloatBuffer(elements);
    if (arena_) return {};
    return {StatusCode::kOutOfMemory, "no memory for the network's tensors"};
  }

  [[nodiscard]] float* arena() { return arena_.data(); }

 private:
  xnn_workspace_t handle_;
  FloatBuffer arena_;
};

// Where a value that the network keeps between two steps lies.
struct Placed {
  ValueIndex value = 0;
  size_t offset = 0;
};

struct Parts {
  std::vector<Port> inputs;
  std::vector<Port> outputs;
  std::vector<ValueIndex> inputValues;
  std::vector<ValueIndex> outputValues;
  size_t valueCount = 0;
  std::vector<std::unique_ptr<Step>> steps;
  std::vector<Placed> between;
  std::vector<size_t> scratchOffsets;  // of each step
};

class StepNetwork final : public Network {
 public:
  StepNetwork(Parts parts, std::shared_ptr<Workspace> workspace)
      : parts_(std::move(parts)),
        workspace_(std::move(workspace)),
        values_(parts_.valueCount, nullptr) {}

  [[nodiscard]] const std::vector<Port>& inputs() const override { return parts_.inputs; }
  [[nodiscard]] const std::vector<Port>& outputs() const override { return parts_.outputs; }

  Status run(std::span<const float* const> inputs, std::span<float* const> outputs) override {
    if (inputs.size() != parts_.inputs.size() || outputs.size() != parts_.outputs.size()) {
      return {StatusCode::kInternal, "expected " + std::to_string(parts_.inputs.size()) +
                                         " inputs and " + std::to_string(parts_.outputs.size()) +
                                         " outputs, got " + std::to_string(inputs.size()) +
                                         " and " + std::to_string(outputs.size())};
    }
    float* arena = static_cast<SharedWorkspace&>(*workspace_).arena();
    for (const Placed& placed : parts_.between) values_[placed.value] = arena + placed.offset;
    for (size_t i = 0; i < inputs.size(); ++i) {
      // Steps take every value as one that could be written; inputs are only read.
      values_[parts_.inputValues[i]] = const_cast<float*>(inputs[i]);
    }
    // Of several names for a value the first one's buffer is written, the others' are copies.
    for (size_t i = outputs.size(); i-- > 0;) {
      if (!isInput(parts_.outputValues[i])) values_[parts_.outputValues[i]] = outputs[i];
    }
    for (size_t i = 0; i < parts_.steps.size(); ++i) {
      Status status = parts_.steps[i]->run(values_, arena + parts_.scratchOffsets[i]);
      if (!status.ok()) return status;
    }
    for (size_t i = 0; i < outputs.size(); ++i) {
      const float* written = values_[parts_.outputValues[i]];
      if (written != outputs[i]) {
        std::copy_n(written, parts_.outputs[i].elementCount(), outputs[i]);
      }
    }
    return {};
  }

 private:
  [[nodiscard]] bool isInput(ValueIndex value) const {
    return std::ranges::find(parts_.inputValues, value) != parts_.inputValues.end();
  }

  Parts parts_;
  std::shared_ptr<Workspace> workspace_;
  std::vector<float*> values_;
};

// What compile() gathers on the way.
class Compiler {
 public:
  Compiler(const ModelFile& file, const NetworkOptions& options)
      : file_(file), graph_(file.graph), options_(options) {}

  Result<std::unique_ptr<Network>> compile() {
    Status status = initialize();
    if (status.ok()) status = chooseOutputs();
    if (status.ok()) status = inferShapes();
    if (!status.ok()) return status;
    std::shared_ptr<Workspace> workspace = options_.workspace;
    if (!workspace) {
      auto own = Workspace::create();
      if (!own.ok()) return own.status();
      workspace = std::move(own.value());
    }
    auto& shared = static_cast<SharedWorkspace&>(*workspace);
    status = createSteps(shared.handle());
    if (status.ok()) status = shared.reserve(placeValues());
    if (!status.ok()) return status;
    return std::unique_ptr<Network>(
        std::make_unique<StepNetwork>(std::move(parts_), std::move(workspace)));
  }

 private:
  Status chooseOutputs() {
    if (options_.outputs.empty()) {
      for (size_t i = 0; i < graph_.outputs.size(); ++i) wanted_.push_back(i);
      return {};
    }
    for (const std::string& name : options_.outputs) {
      const auto it = std::find_if(graph_.outputs.begin(), graph_.outputs.end(),
                                   [&](const GraphOutput& output) { return output.name == name; });
      if (it == graph_.outputs.end()) {
        return badModel("divisi.graph: there is no output " + quote(name));
      }
      const auto index = static_cast<size_t>(it - graph_.outputs.begin());
      if (std::find(wanted_.begin(), wanted_.end(), index) != wanted_.end()) {
        return {StatusCode::kBadOption, "the output " + quote(name) + " is asked for twice"};
      }
      wanted_.push_back(index);
    }
    return {};
  }

  Status inferShapes() {
    std::vector<Shape> inputs = graph_.ownInputShapes();
    if (!options_.inputShapes.empty()) {
      if (options_.inputShapes.size() != inputs.size()) {
        return {StatusCode::kBadOption, "expected shapes for " + std::to_string(inputs.size()) +
                                            " inputs, got " +
                                            std::to_string(options_.inputShapes.size())};
      }
      for (size_t i = 0; i < inputs.size(); ++i) {
        const Shape& shape = options_.inputShapes[i];
        if (shape.size() != inputs[i].size() || !product(shape)) {
          return {StatusCode::kBadOption, "the input " +
                                              quote(graph_.valueNames[graph_.inputs[i].value]) +
                                              " cannot have the shape " + shapeText(shape) +
                                              " instead of " + shapeText(inputs[i])};
        }
      }
      inputs = options_.inputShapes;
    }
    auto shapes = graph_.inferShapes(inputs);
    if (!shapes.ok()) return shapes.status();
    shapes_ = std::move(shapes.value());
    describePorts();
    std::vector<Node> nodes = planNodes(graph_, wanted_);
    uint64_t total = 0;
    for (const Node& node : nodes) {
      // Twice, because operators that are rewritten have intermediate results of their own.
      total += 2 * sizeof(float) * static_cast<uint64_t>(*product(shapes_[node.output]));
    }
    if (total > kMaxTotalBytes) {
      return {StatusCode::kOutOfMemory, "the network's tensors would take " +
                                            std::to_string(total / 2) +
                                            " bytes, more than this build can address"};
    }
    items_ = fuse(std::move(nodes), shapes_, parts_.outputValues);
    return {};
  }

  void describePorts() {
    parts_.valueCount = shapes_.size();
    for (const GraphInput& input : graph_.inputs) {
      parts_.inputs.push_back({graph_.valueNames[input.value], shapes_[input.value]});
      parts_.inputValues.push_back(input.value);
    }
    for (const size_t index : wanted_) {
      const GraphOutput& output = graph_.outputs[index];
      parts_.outputs.push_back({output.name, shapes_[output.value]});
      parts_.outputValues.push_back(output.value);
    }
  }

  // Fused convolutions are steps of their own; what lies between two of them is one segment.
  Status createSteps(xnn_workspace_t workspace) {
    for (size_t i = 0; i < items_.size();) {
      if (const auto* fused = std::get_if<FusedNode>(&items_[i])) {
        auto step = makeFusedStep(*fused, file_.bytes, graph_.describe(fused->convolution));
        if (!step.ok()) return step.status();
        parts_.steps.push_back(std::move(step.value()));
        ++i;
        continue;
      }
      size_t end = i;
      std::vector<Node> nodes;
      while (end < items_.size() && std::holds_alternative<Node>(items_[end])) {
        nodes.push_back(std::get<Node>(items_[end++]));
      }
      auto step = makeXnnSegment({.graph = graph_,
                                  .file = file_.bytes,
                                  .shapes = shapes_,
                                  .nodes = nodes,
                                  .inputs = inputsOf(nodes),
                                  .outputs = outputsOf(nodes, end)},
                                 workspace);
      if (!step.ok()) return step.status();
      parts_.steps.push_back(std::move(step.value()));
      i = end;
    }
    return {};
  }

  static void addOnce(ValueIndex value, std::vector<ValueIndex>& values) {
    if (std::ranges::find(values, value) == values.end()) values.push_back(value);
  }

  // What the nodes read and none of them writes.
  static std::vector<ValueIndex> inputsOf(std::span<const Node> nodes) {
    std::vector<ValueIndex> written;
    std::vector<ValueIndex> result;
    for (const Node& node : nodes) {
      for (const ValueIndex input : node.inputs) {
        if (std::ranges::find(written, input) == written.end()) addOnce(input, result);
      }
      written.push_back(node.output);
    }
    return result;
  }

  // What the nodes write and the network's outputs or an item from `next` on reads.
  [[nodiscard]] std::vector<ValueIndex> outputsOf(std::span<const Node> nodes, size_t next) const {
    std::vector<ValueIndex> read = parts_.outputValues;
    for (size_t i = next; i < items_.size(); ++i) {
      const auto* fused = std::get_if<FusedNode>(&items_[i]);
      const auto& inputs = fused != nullptr ? fused->sources : std::get<Node>(items_[i]).inputs;
      read.insert(read.end(), inputs.begin(), inputs.end());
    }
    std::vector<ValueIndex> result;
    for (const Node& node : nodes) {
      if (std::ranges::find(read, node.output) != read.end()) addOnce(node.output, result);
    }
    return result;
  }

  // Plans the arena. @return the floats that it needs.
  size_t placeValues() {
    std::vector<ArenaRequest> requests;
    for (size_t step = 0; step < parts_.steps.size(); ++step) {
      requests.push_back({parts_.steps[step]->scratchElements(), step, step});
    }
    for (size_t step = 0; step < parts_.steps.size(); ++step) {
      for (const ValueIndex value : parts_.steps[step]->outputs()) {
        if (std::ranges::find(parts_.outputValues, value) != parts_.outputValues.end()) continue;
        size_t last = step;
        for (size_t later = step; later < parts_.steps.size(); ++later) {
          const auto& inputs = parts_.steps[later]->inputs();
          if (std::ranges::find(inputs, value) != inputs.end()) last = later;
        }
        parts_.between.push_back({value, 0});
        requests.push_back({static_cast<size_t>(*product(shapes_[value])), step, last});
      }
    }
    const ArenaPlan plan = planArena(requests);
    const size_t steps = parts_.steps.size();
    parts_.scratchOffsets.assign(plan.offsets.begin(),
                                 plan.offsets.begin() + static_cast<std::ptrdiff_t>(steps));
    for (size_t i = 0; i < parts_.between.size(); ++i) {
      parts_.between[i].offset = plan.offsets[steps + i];
    }
    return plan.elements;
  }

  const ModelFile& file_;
  const Graph& graph_;
  const NetworkOptions& options_;
  std::vector<size_t> wanted_;
  std::vector<Shape> shapes_;
  std::vector<PlanItem> items_;
  Parts parts_;
};

}  // namespace

size_t Port::elementCount() const {
  size_t count = 1;
  for (const int64_t dim : shape) count *= static_cast<size_t>(dim);
  return count;
}

Result<std::shared_ptr<Workspace>> Workspace::create() {
  Status status = initialize();
  if (!status.ok()) return status;
  xnn_workspace_t handle = nullptr;
  status = statusOf(xnn_create_workspace(&handle), "creating a workspace");
  if (!status.ok()) return status;
  return std::shared_ptr<Workspace>(std::make_shared<SharedWorkspace>(handle));
}

Result<std::unique_ptr<Network>> Network::compile(const Model& model,
                                                  const NetworkOptions& options) {
  return Compiler(model.file(), options).compile();
}

}  // namespace divisi::nn
