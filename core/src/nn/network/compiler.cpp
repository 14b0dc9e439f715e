#include "nn/network/compiler.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "nn/network/arena.h"
#include "nn/network/convolution_step.h"
#include "nn/network/fusion.h"
#include "nn/network/xnnpack_step.h"
#include "nn/operators/operator.h"

namespace divisi::nn {
namespace {

// On 32-bit targets sizes of tensors would add up beyond what size_t holds.
constexpr uint64_t kMaxTotalElements = SIZE_MAX / 2 / sizeof(float);

Status needAddressable(uint64_t elements) {
  if (elements <= kMaxTotalElements) return {};
  return {StatusCode::kOutOfMemory, "the network's tensors would take " +
                                        std::to_string(elements * sizeof(float)) +
                                        " bytes, more than this build can address"};
}

class Compiler {
 public:
  Compiler(const ModelFile& file, const NetworkOptions& options)
      : file_(file), graph_(file.graph), options_(options) {}

  Result<CompiledSteps> compile(xnn_workspace* workspace) {
    Status status = chooseOutputs();
    if (status.ok()) status = chooseShapes();
    if (status.ok()) status = createSteps(workspace);
    if (status.ok()) status = placeValues();
    if (!status.ok()) return status;
    return std::move(parts_);
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

  Status chooseShapes() {
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
    auto shapes = inferShapes(graph_, inputs);
    if (!shapes.ok()) return shapes.status();
    shapes_ = std::move(shapes.value());
    describePorts();
    items_ = fuse(mergeNodes(graph_, wanted_), shapes_, parts_.outputValues);
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

  // Fused convolutions, and operators that XNNPACK doesn't run, are steps of their own; what lies
  // between two of them is one step.
  Status createSteps(xnn_workspace* workspace) {
    for (size_t i = 0; i < items_.size();) {
      size_t end = i;
      std::vector<Node> nodes;
      while (end < items_.size() && runsInXnnpack(items_[end])) {
        nodes.push_back(std::get<Node>(items_[end++]));
      }
      if (Status status = needAddressable(resultsOf(nodes)); !status.ok()) return status;
      auto step = nodes.empty() ? makeOwnStep(items_[end++])
                                : makeXnnpackStep({.graph = graph_,
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

  // What XNNPACK may add up while it runs the nodes: twice their results, because operators that
  // are rewritten have intermediate ones of their own.
  [[nodiscard]] uint64_t resultsOf(std::span<const Node> nodes) const {
    uint64_t sum = 0;
    for (const Node& node : nodes) {
      sum += 2 * static_cast<uint64_t>(elementsIn(shapes_[node.output]));
    }
    return sum;
  }

  static bool runsInXnnpack(const Item& item) {
    const auto* node = std::get_if<Node>(&item);
    return node != nullptr && emits(*node);
  }

  [[nodiscard]] Result<std::unique_ptr<Step>> makeOwnStep(const Item& item) const {
    if (const auto* fused = std::get_if<FusedNode>(&item)) {
      return makeConvolutionStep(*fused, file_.bytes, describe(graph_, fused->convolution));
    }
    const Node& node = std::get<Node>(item);
    return node.op->makeStep({node, file_.bytes, shapes_, describe(graph_, node)});
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

  Status placeValues() {
    const size_t steps = parts_.steps.size();
    std::vector<ArenaRequest> requests;
    for (size_t step = 0; step < steps; ++step) {
      requests.push_back({parts_.steps[step]->scratchElements(), step, step});
    }
    if (options_.placesPorts) {
      for (const ValueIndex value : parts_.inputValues) keep(value, 0, requests);
    }
    for (size_t step = 0; step < steps; ++step) {
      for (const ValueIndex value : parts_.steps[step]->outputs()) {
        if (options_.placesPorts || !isOutput(value)) keep(value, step, requests);
      }
    }
    const ArenaPlan plan = planArena(requests);
    if (Status status = needAddressable(plan.elements); !status.ok()) return status;
    for (size_t i = 0; i < steps; ++i) {
      parts_.scratchOffsets.push_back(static_cast<size_t>(plan.offsets[i]));
    }
    for (size_t i = 0; i < parts_.between.size(); ++i) {
      parts_.between[i].offset = static_cast<size_t>(plan.offsets[steps + i]);
    }
    parts_.arenaElements = static_cast<size_t>(plan.elements);
    return {};
  }

  // Keeps a value from the step that writes it to the last one that reads it; an output to the end.
  void keep(ValueIndex value, size_t first, std::vector<ArenaRequest>& requests) {
    size_t last = first;
    for (size_t step = first; step < parts_.steps.size(); ++step) {
      const auto& inputs = parts_.steps[step]->inputs();
      if (isOutput(value) || std::ranges::find(inputs, value) != inputs.end()) last = step;
    }
    parts_.between.push_back({value, 0});
    requests.push_back({static_cast<size_t>(elementsIn(shapes_[value])), first, last});
  }

  [[nodiscard]] bool isOutput(ValueIndex value) const {
    return std::ranges::find(parts_.outputValues, value) != parts_.outputValues.end();
  }

  const ModelFile& file_;
  const Graph& graph_;
  const NetworkOptions& options_;
  std::vector<size_t> wanted_;
  std::vector<Shape> shapes_;
  std::vector<Item> items_;
  CompiledSteps parts_;
};

}  // namespace

Result<CompiledSteps> compileSteps(const ModelFile& file, const NetworkOptions& options,
                                   xnn_workspace* workspace) {
  return Compiler(file, options).compile(workspace);
}

}  // namespace divisi::nn
