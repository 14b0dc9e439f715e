// Network and Workspace: steps of XNNPACK and of our own, and the memory between them.
#include "nn/network/network.h"

#include <xnnpack.h>

#include <algorithm>

#include "base/float_buffer.h"
#include "base/text.h"
#include "nn/network/compiler.h"
#include "nn/xnnpack/builder.h"

namespace divisi::nn {
namespace {

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
    return outOfMemory("the network's tensors");
  }

  [[nodiscard]] float* arena() { return arena_.data(); }

 private:
  xnn_workspace_t handle_;
  FloatBuffer arena_;
};

class StepNetwork final : public Network {
 public:
  StepNetwork(CompiledSteps parts, std::shared_ptr<Workspace> workspace, bool placesPorts)
      : parts_(std::move(parts)),
        workspace_(std::move(workspace)),
        values_(parts_.valueCount, nullptr) {
    if (!placesPorts) return;
    place();
    for (const ValueIndex value : parts_.inputValues) inputPlaces_.push_back(values_[value]);
    for (const ValueIndex value : parts_.outputValues) outputPlaces_.push_back(values_[value]);
  }

  [[nodiscard]] const std::vector<Port>& inputs() const override { return parts_.inputs; }
  [[nodiscard]] const std::vector<Port>& outputs() const override { return parts_.outputs; }

  [[nodiscard]] const std::vector<float*>& inputPlaces() const override { return inputPlaces_; }
  [[nodiscard]] const std::vector<float*>& outputPlaces() const override { return outputPlaces_; }

  [[nodiscard]] Result<NetworkState> createState() const override {
    FloatBuffer values(stateElements());
    if (!values) return outOfMemory("the network's state");
    return NetworkState(std::move(values));
  }

  Status run(std::span<const float* const> inputs, std::span<float* const> outputs,
             NetworkState* state) override {
    if (inputs.size() != parts_.inputs.size() || outputs.size() != parts_.outputs.size()) {
      return {StatusCode::kInternal, "expected " + std::to_string(parts_.inputs.size()) +
                                         " inputs and " + std::to_string(parts_.outputs.size()) +
                                         " outputs, got " + std::to_string(inputs.size()) +
                                         " and " + std::to_string(outputs.size())};
    }
    if (state != nullptr && state->values().size() != stateElements()) {
      return {StatusCode::kInternal, "expected a state of " + std::to_string(stateElements()) +
                                         " floats, got one of " +
                                         std::to_string(state->values().size())};
    }
    float* kept = state == nullptr ? nullptr : state->values().data();
    float* arena = place();
    for (size_t i = 0; i < inputs.size(); ++i) {
      // Steps take every value as one that could be written; inputs are only read.
      values_[parts_.inputValues[i]] = const_cast<float*>(inputs[i]);
    }
    // Of several names for a value the first one's buffer is written, the others' are copies.
    for (size_t i = outputs.size(); i-- > 0;) {
      if (!isInput(parts_.outputValues[i])) values_[parts_.outputValues[i]] = outputs[i];
    }
    for (size_t i = 0; i < parts_.steps.size(); ++i) {
      if (const size_t elements = parts_.steps[i]->stateElements(); elements > 0) {
        parts_.steps[i]->setState(kept);
        if (kept != nullptr) kept += elements;
      }
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
  /// Finds the values' places, which move when the workspace grows.
  float* place() {
    float* arena = static_cast<SharedWorkspace&>(*workspace_).arena();
    for (const Placed& placed : parts_.between) values_[placed.value] = arena + placed.offset;
    return arena;
  }

  [[nodiscard]] size_t stateElements() const {
    size_t sum = 0;
    for (const auto& step : parts_.steps) sum += step->stateElements();
    return sum;
  }

  [[nodiscard]] bool isInput(ValueIndex value) const {
    return std::ranges::find(parts_.inputValues, value) != parts_.inputValues.end();
  }

  CompiledSteps parts_;
  std::shared_ptr<Workspace> workspace_;
  std::vector<float*> values_;
  std::vector<float*> inputPlaces_;
  std::vector<float*> outputPlaces_;
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
  std::shared_ptr<Workspace> workspace = options.workspace;
  if (workspace && options.placesPorts) {
    return Status(StatusCode::kInternal, "ports in a workspace that others use");
  }
  if (!workspace) {
    auto own = Workspace::create();
    if (!own.ok()) return own.status();
    workspace = std::move(own.value());
  }
  auto& shared = static_cast<SharedWorkspace&>(*workspace);
  auto parts = compileSteps(model.file(), options, shared.handle());
  if (!parts.ok()) return parts.status();
  Status status = shared.reserve(parts.value().arenaElements);
  if (!status.ok()) return status;
  return std::unique_ptr<Network>(std::make_unique<StepNetwork>(
      std::move(parts.value()), std::move(workspace), options.placesPorts));
}

}  // namespace divisi::nn
