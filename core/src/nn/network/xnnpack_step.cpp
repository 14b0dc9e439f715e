#include "nn/network/xnnpack_step.h"

#include <xnnpack.h>

#include <algorithm>

#include "nn/operators/operator.h"
#include "nn/xnnpack/builder.h"

namespace divisi::nn {
namespace {

// mergeNodes() has merged what can be merged, and XNNPACK's own merging writes into the wrong
// member of a union (subgraph.c, "fuse Clamp Node"). The flag is from its private headers.
constexpr uint32_t kNoOperatorFusion = 0x80000000;

struct DeleteRuntime {
  void operator()(xnn_runtime_t runtime) const { xnn_delete_runtime(runtime); }
};
using Runtime = std::unique_ptr<xnn_runtime, DeleteRuntime>;

class XnnpackStep final : public Step {
 public:
  XnnpackStep(std::vector<ValueIndex> inputs, std::vector<ValueIndex> outputs, Runtime runtime)
      : Step(std::move(inputs), std::move(outputs)),
        runtime_(std::move(runtime)),
        externals_(this->inputs().size() + this->outputs().size()) {
    for (size_t i = 0; i < externals_.size(); ++i) {
      externals_[i] = {static_cast<uint32_t>(i), nullptr};
    }
  }

  Status run(std::span<float* const> values, float* /*scratch*/) override {
    bool moved = false;
    for (size_t i = 0; i < externals_.size(); ++i) {
      const size_t inputCount = inputs().size();
      void* data = values[i < inputCount ? inputs()[i] : outputs()[i - inputCount]];
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
  Runtime runtime_;
  std::vector<xnn_external_value> externals_;
};

// The id of the output that holds the value, or null.
const uint32_t* idOf(ValueIndex value, const std::vector<ValueIndex>& outputs,
                     const std::vector<uint32_t>& ids) {
  const auto at = std::ranges::find(outputs, value);
  return at == outputs.end() ? nullptr : &ids[static_cast<size_t>(at - outputs.begin())];
}

Result<Runtime> build(const XnnpackRequest& request, xnn_workspace_t workspace) {
  const size_t inputCount = request.inputs.size();
  std::vector<uint32_t> outputIds;
  for (size_t i = 0; i < request.outputs.size(); ++i) {
    outputIds.push_back(static_cast<uint32_t>(inputCount + i));
  }
  Builder builder(request.file, static_cast<uint32_t>(inputCount + outputIds.size()));
  std::vector<Tensor> tensors(request.shapes.size());
  for (size_t i = 0; i < inputCount; ++i) {
    const ValueIndex value = request.inputs[i];
    tensors[value] = builder.input(static_cast<uint32_t>(i), canonical(request.shapes[value]));
  }
  std::vector<Tensor> inputs;
  std::vector<const Shape*> inputShapes;
  for (const Node& node : request.nodes) {
    inputs.clear();
    inputShapes.clear();
    for (const ValueIndex input : node.inputs) {
      inputs.push_back(tensors[input]);
      inputShapes.push_back(&request.shapes[input]);
    }
    builder.begin(describe(request.graph, node), idOf(node.output, request.outputs, outputIds));
    tensors[node.output] =
        node.op->emit(builder, {node, inputs, inputShapes, request.shapes[node.output]});
    if (!builder.status().ok()) return builder.status();
  }
  // Outputs that no operator has written itself: results of operators that only give a value
  // another shape.
  builder.begin("the network's outputs", nullptr);
  for (size_t i = 0; i < outputIds.size(); ++i) {
    const Tensor& tensor = tensors[request.outputs[i]];
    if (tensor.id != outputIds[i]) builder.copyToOutput(tensor, outputIds[i]);
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

}  // namespace

Result<std::unique_ptr<Step>> makeXnnpackStep(XnnpackRequest request, xnn_workspace* workspace) {
  auto runtime = build(request, workspace);
  if (!runtime.ok()) return runtime.status();
  // Plans the activations and allocates everything that run() will use.
  const Status status =
      statusOf(xnn_reshape_runtime(runtime.value().get()), "planning the network's memory");
  if (!status.ok()) return status;
  return std::unique_ptr<Step>(std::make_unique<XnnpackStep>(
      std::move(request.inputs), std::move(request.outputs), std::move(runtime.value())));
}

}  // namespace divisi::nn
