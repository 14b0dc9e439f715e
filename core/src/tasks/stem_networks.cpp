#include "tasks/stem_networks.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include "nn/text.h"

namespace divisi::tasks {

Result<std::unique_ptr<StemNetworks>> StemNetworks::create(const Model& model,
                                                           const SeparationTask& task) {
  std::unique_ptr<StemNetworks> result(new StemNetworks());
  result->exponent_ = task.exponent;
  result->epsilon_ = task.epsilon;
  auto workspace = nn::Workspace::create();
  if (!workspace.ok()) return workspace.status();

  const std::vector<int64_t> shape = {task.chunkFrames, task.bins, task.channels};
  const size_t elements = static_cast<size_t>(task.chunkFrames) * static_cast<size_t>(task.bins) *
                          static_cast<size_t>(task.channels);
  result->input_ = nn::TensorBuffer(elements);
  bool allocated = static_cast<bool>(result->input_);
  for (const std::string& stem : task.stems) {
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
    result->outputs_.emplace_back(elements);
    allocated = allocated && static_cast<bool>(result->outputs_.back());
  }
  if (!allocated) return Status(StatusCode::kOutOfMemory, "no memory for a chunk's magnitudes");
  return result;
}

Status StemNetworks::run() {
  const float* const inputs[] = {input_.data()};
  for (size_t stem = 0; stem < networks_.size(); ++stem) {
    float* const outputs[] = {outputs_[stem].data()};
    if (Status status = networks_[stem]->run(inputs, outputs); !status.ok()) return status;
  }
  estimatesToMasks();
  return {};
}

void StemNetworks::skip() {
  const float share = 1.0F / static_cast<float>(outputs_.size());
  for (nn::TensorBuffer& output : outputs_) std::ranges::fill(output.span(), share);
}

void StemNetworks::estimatesToMasks() {
  const size_t stems = outputs_.size();
  const auto epsilon = static_cast<float>(epsilon_);
  const float share = epsilon / static_cast<float>(stems);
  const auto exponent = static_cast<float>(exponent_);
  // In blocks that stay in the first-level cache while they are read twice.
  constexpr size_t kBlock = 1024;
  float sums[kBlock];
  for (size_t begin = 0; begin < input_.size(); begin += kBlock) {
    const size_t count = std::min(kBlock, input_.size() - begin);
    std::fill_n(sums, count, epsilon);
    for (nn::TensorBuffer& output : outputs_) {
      float* estimate = output.data() + begin;
      if (exponent_ == 2) {
        for (size_t i = 0; i < count; ++i) estimate[i] *= estimate[i];
      } else {
        for (size_t i = 0; i < count; ++i) {
          estimate[i] = std::pow(std::max(estimate[i], 0.0F), exponent);
        }
      }
      for (size_t i = 0; i < count; ++i) sums[i] += estimate[i];
    }
    for (size_t i = 0; i < count; ++i) sums[i] = 1.0F / sums[i];
    for (nn::TensorBuffer& output : outputs_) {
      float* mask = output.data() + begin;
      for (size_t i = 0; i < count; ++i) mask[i] = (mask[i] + share) * sums[i];
    }
  }
}

}  // namespace divisi::tasks
