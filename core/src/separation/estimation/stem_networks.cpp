#include "separation/estimation/stem_networks.h"

#include <string>
#include <utility>

#include "base/text.h"
#include "nn/graph/shape.h"

namespace divisi::tasks {

StemNetworks::StemNetworks(SeparationTask task) : task_(std::move(task)) {}

Result<std::shared_ptr<StemNetworks>> StemNetworks::compile(const Model& model,
                                                            SeparationTask task) {
  std::shared_ptr<StemNetworks> result(new StemNetworks(std::move(task)));
  auto workspace = nn::Workspace::create();
  if (!workspace.ok()) return workspace.status();

  const SeparationTask& given = result->task_;
  const std::vector<int64_t> shape = {given.chunkFrames, given.bins, given.channels};
  const size_t elements = static_cast<size_t>(given.chunkFrames) * static_cast<size_t>(given.bins) *
                          static_cast<size_t>(given.channels);
  result->input_ = nn::TensorBuffer(elements);
  bool allocated = static_cast<bool>(result->input_);
  for (const std::string& stem : given.stems) {
    // One stem after another, so that only one network's weights are unpacked at a time.
    auto network = nn::Network::compile(
        model, {.outputs = {stem}, .inputShapes = {shape}, .workspace = workspace.value()});
    if (!network.ok()) return network.status();
    const nn::Port& output = network.value()->outputs().front();
    if (network.value()->inputs().size() != 1 || output.shape != shape) {
      return nn::badModel("divisi.graph: stem " + nn::quote(stem) + " has " +
                          std::to_string(network.value()->inputs().size()) +
                          " inputs and an output of shape " + nn::shapeText(output.shape) +
                          "; expected 1 input and both of shape " + nn::shapeText(shape));
    }
    result->networks_.push_back(std::move(network.value()));
    result->estimates_.emplace_back(elements);
    allocated = allocated && static_cast<bool>(result->estimates_.back());
  }
  if (!allocated) return Status(StatusCode::kOutOfMemory, "no memory for a chunk's magnitudes");
  return result;
}

Status StemNetworks::run() {
  const float* const inputs[] = {input_.data()};
  for (size_t stem = 0; stem < networks_.size(); ++stem) {
    float* const outputs[] = {estimates_[stem].data()};
    if (Status status = networks_[stem]->run(inputs, outputs); !status.ok()) return status;
  }
  return {};
}

}  // namespace divisi::tasks

namespace divisi {

Result<std::shared_ptr<SeparatorNetworks>> SeparatorNetworks::compile(const Model& model) {
  auto task = tasks::parseSeparationTask(model.taskJson());
  if (!task.ok()) return task.status();
  auto networks = tasks::StemNetworks::compile(model, std::move(task.value()));
  if (!networks.ok()) return networks.status();
  return std::shared_ptr<SeparatorNetworks>(std::move(networks.value()));
}

}  // namespace divisi
