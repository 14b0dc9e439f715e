// Network and Workspace on XNNPACK.
#include <xnnpack.h>

#include <algorithm>

#include "nn/model_file.h"
#include "nn/network.h"
#include "nn/operators.h"
#include "nn/plan.h"
#include "nn/text.h"
#include "nn/xnn_builder.h"
#include "nn/xnn_operators.h"

namespace divisi::nn {
namespace {

// planNodes() has merged what can be merged, and XNNPACK's own merging writes into the wrong member
// of a union (subgraph.c, "fuse Clamp Node"). The flag is from its private headers.
constexpr uint32_t kNoOperatorFusion = 0x80000000;

// On 32-bit targets XNNPACK would add up the sizes of live tensors beyond what size_t holds.
constexpr uint64_t kMaxTotalBytes = SIZE_MAX / 2;

Status initialize() {
  // Thread-safe, and repeats what xnn_initialize itself keeps if it failed for want of memory.
  static const xnn_status status = xnn_initialize(/*allocator=*/nullptr);
  return statusOf(status, "starting XNNPACK");
}

class XnnWorkspace final : public Workspace {
 public:
  explicit XnnWorkspace(xnn_workspace_t handle) : handle_(handle) {}
  XnnWorkspace(const XnnWorkspace&) = delete;
  XnnWorkspace& operator=(const XnnWorkspace&) = delete;
  ~XnnWorkspace() override { xnn_release_workspace(handle_); }

  [[nodiscard]] xnn_workspace_t handle() const { return handle_; }

 private:
  xnn_workspace_t handle_;
};

struct DeleteRuntime {
  void operator()(xnn_runtime_t runtime) const { xnn_delete_runtime(runtime); }
};
using Runtime = std::unique_ptr<xnn_runtime, DeleteRuntime>;

class XnnNetwork final : public Network {
 public:
  XnnNetwork(std::vector<Port> inputs, std::vector<Port> outputs,
             std::shared_ptr<Workspace> workspace, Runtime runtime)
      : inputs_(std::move(inputs)),
        outputs_(std::move(outputs)),
        workspace_(std::move(workspace)),
        runtime_(std::move(runtime)),
        externals_(inputs_.size() + outputs_.size()) {
    for (size_t i = 0; i < externals_.size(); ++i) {
      externals_[i] = {static_cast<uint32_t>(i), nullptr};
    }
  }

  [[nodiscard]] const std::vector<Port>& inputs() const override { return inputs_; }
  [[nodiscard]] const std::vector<Port>& outputs() const override { return outputs_; }

  Status run(std::span<const float* const> inputs, std::span<float* const> outputs) override {
    if (inputs.size() != inputs_.size() || outputs.size() != outputs_.size()) {
      return {StatusCode::kInternal, "expected " + std::to_string(inputs_.size()) + " inputs and " +
                                         std::to_string(outputs_.size()) + " outputs, got " +
                                         std::to_string(inputs.size()) + " and " +
                                         std::to_string(outputs.size())};
    }
    bool moved = false;
    for (size_t i = 0; i < externals_.size(); ++i) {
      // XNNPACK takes inputs as void* but only reads them.
      void* data = i < inputs.size() ? const_cast<float*>(inputs[i])
                                     : static_cast<void*>(outputs[i - inputs.size()]);
      moved = moved || externals_[i].data != data;
      externals_[i].data = data;
    }
    if (moved) {
      Status status =
          statusOf(xnn_setup_runtime_v2(runtime_.get(), externals_.size(), externals_.data()),
                   "setting the network's inputs and outputs");
      if (!status.ok()) {
        externals_.front().data = nullptr;  // the next run() must try again
        return status;
      }
    }
    return statusOf(xnn_invoke_runtime(runtime_.get()), "running the network");
  }

 private:
  std::vector<Port> inputs_;
  std::vector<Port> outputs_;
  std::shared_ptr<Workspace> workspace_;  // outlives runtime_, which is destroyed first
  Runtime runtime_;
  std::vector<xnn_external_value> externals_;
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
    auto runtime = createRuntime(static_cast<XnnWorkspace&>(*workspace).handle());
    if (!runtime.ok()) return runtime.status();

    // Plans the activations and allocates everything that run() will use.
    status = statusOf(xnn_reshape_runtime(runtime.value().get()), "planning the network's memory");
    if (!status.ok()) return status;
    return std::unique_ptr<Network>(std::make_unique<XnnNetwork>(
        inputPorts(), outputPorts(), std::move(workspace), std::move(runtime.value())));
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
    nodes_ = planNodes(graph_, wanted_);
    uint64_t total = 0;
    for (const Node& node : nodes_) {
      // Twice, because operators that are rewritten have intermediate results of their own.
      total += 2 * sizeof(float) * static_cast<uint64_t>(*product(shapes_[node.output]));
    }
    if (total > kMaxTotalBytes) {
      return {StatusCode::kOutOfMemory, "the network's tensors would take " +
                                            std::to_string(total / 2) +
                                            " bytes, more than this build can address"};
    }
    return {};
  }

  // The id of the network output that holds the value, or null. Of several the first.
  [[nodiscard]] const uint32_t* outputOf(ValueIndex value) const {
    for (size_t i = 0; i < wanted_.size(); ++i) {
      if (graph_.outputs[wanted_[i]].value == value) return &outputIds_[i];
    }
    return nullptr;
  }

  Result<Runtime> createRuntime(xnn_workspace_t workspace) {
    const size_t inputCount = graph_.inputs.size();
    for (size_t i = 0; i < wanted_.size(); ++i) {
      outputIds_.push_back(static_cast<uint32_t>(inputCount + i));
    }
    Builder builder(file_.bytes, static_cast<uint32_t>(inputCount + wanted_.size()));
    std::vector<Tensor> tensors(shapes_.size());
    for (size_t i = 0; i < inputCount; ++i) {
      const ValueIndex value = graph_.inputs[i].value;
      tensors[value] = builder.input(static_cast<uint32_t>(i), canonical(shapes_[value]));
    }
    std::vector<Tensor> inputs;
    std::vector<const Shape*> inputShapes;
    for (const Node& node : nodes_) {
      inputs.clear();
      inputShapes.clear();
      for (const ValueIndex input : node.inputs) {
        inputs.push_back(tensors[input]);
        inputShapes.push_back(&shapes_[input]);
      }
      builder.begin(graph_.describe(node), outputOf(node.output));
      tensors[node.output] = emit(builder, {node, inputs, inputShapes, shapes_[node.output]});
      if (!builder.status().ok()) return builder.status();
    }
    // Outputs that no operator has written itself: second names of a value, inputs handed through,
    // results of operators that only give a value another shape.
    builder.begin("the network's outputs", nullptr);
    for (size_t i = 0; i < wanted_.size(); ++i) {
      const Tensor& tensor = tensors[graph_.outputs[wanted_[i]].value];
      if (tensor.id != outputIds_[i]) builder.copyToOutput(tensor, outputIds_[i]);
    }
    if (!builder.status().ok()) return builder.status();

    xnn_runtime_t runtime = nullptr;
    const Status status =
        statusOf(xnn_create_runtime_v4(builder.subgraph(), /*weights_cache=*/nullptr, workspace,
                                       /*threadpool=*/nullptr, kNoOperatorFusion, &runtime),
                 "packing the network's weights");
    if (!status.ok()) return status;
    // The builder, and with it the expanded weights, goes here: XNNPACK has packed its own copies.
    return Runtime(runtime);
  }

  [[nodiscard]] std::vector<Port> inputPorts() const {
    std::vector<Port> ports;
    for (const GraphInput& input : graph_.inputs) {
      ports.push_back({graph_.valueNames[input.value], shapes_[input.value]});
    }
    return ports;
  }

  [[nodiscard]] std::vector<Port> outputPorts() const {
    std::vector<Port> ports;
    for (const size_t index : wanted_) {
      const GraphOutput& output = graph_.outputs[index];
      ports.push_back({output.name, shapes_[output.value]});
    }
    return ports;
  }

  const ModelFile& file_;
  const Graph& graph_;
  const NetworkOptions& options_;
  std::vector<size_t> wanted_;
  std::vector<uint32_t> outputIds_;
  std::vector<Shape> shapes_;
  std::vector<Node> nodes_;
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
  return std::shared_ptr<Workspace>(std::make_shared<XnnWorkspace>(handle));
}

Result<std::unique_ptr<Network>> Network::compile(const Model& model,
                                                  const NetworkOptions& options) {
  return Compiler(model.file(), options).compile();
}

}  // namespace divisi::nn
