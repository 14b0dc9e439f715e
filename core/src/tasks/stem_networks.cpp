#include "tasks/stem_networks.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <span>
#include <string>
#include <utility>

#include "nn/text.h"

namespace divisi::tasks {
namespace {

/// values[i] to the power of `exponent`. Estimates are magnitudes: a network's rounding below zero
/// counts as nothing.
void raise(float* values, size_t count, double exponent) {
  for (size_t i = 0; i < count; ++i) values[i] = std::max(values[i], 0.0F);
  // pow() takes as long as a tenth of the network for what these do in no time.
  if (exponent == 1) return;
  if (exponent == 1.5) {
    for (size_t i = 0; i < count; ++i) values[i] *= std::sqrt(values[i]);
  } else if (exponent == 2) {
    for (size_t i = 0; i < count; ++i) values[i] *= values[i];
  } else if (exponent == 3) {
    for (size_t i = 0; i < count; ++i) values[i] *= values[i] * values[i];
  } else {
    const auto power = static_cast<float>(exponent);
    for (size_t i = 0; i < count; ++i) values[i] = std::pow(values[i], power);
  }
}

}  // namespace

Result<std::unique_ptr<StemNetworks>> StemNetworks::create(const Model& model,
                                                           const SeparationTask& task,
                                                           const SeparationPlan& plan) {
  std::unique_ptr<StemNetworks> result(new StemNetworks());
  result->task_ = task;
  result->plan_ = plan;
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
    if (plan.chunks.secondLook == 0) continue;
    result->kept_.emplace_back(elements);
    allocated = allocated && static_cast<bool>(result->kept_.back());
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
  return {};
}

void StemNetworks::keepEstimates() {
  assert(kept_.size() == outputs_.size());
  // Copied, not swapped: a network that is given the same buffers again need not be set up again.
  for (size_t stem = 0; stem < outputs_.size(); ++stem) {
    std::ranges::copy(outputs_[stem].span(), kept_[stem].data());
  }
  hasKept_ = true;
}

void StemNetworks::skip() {
  const float share = 1.0F / static_cast<float>(outputs_.size());
  for (nn::TensorBuffer& output : outputs_) std::ranges::fill(output.span(), share);
  hasKept_ = false;
}

void StemNetworks::makeMasks(int keptOffset) {
  if (!hasKept_) {
    estimatesToMasks(plan_.exponent);
    return;
  }
  multiplyByKept(keptOffset);
  // The root of the products is in the exponent.
  estimatesToMasks(plan_.exponent / 2);
  hasKept_ = false;
}

void StemNetworks::multiplyByKept(int keptOffset) {
  const size_t row = static_cast<size_t>(task_.bins) * static_cast<size_t>(task_.channels);
  for (size_t stem = 0; stem < outputs_.size(); ++stem) {
    float* estimate = outputs_[stem].data();
    for (int frame = 0; frame < task_.chunkFrames; ++frame, estimate += row) {
      const int keptFrame = frame - keptOffset;
      const bool isKept = keptFrame >= 0 && keptFrame < task_.chunkFrames;
      const float* other =
          isKept ? kept_[stem].data() + static_cast<size_t>(keptFrame) * row : estimate;
      for (size_t i = 0; i < row; ++i) estimate[i] *= other[i];
    }
  }
}

void StemNetworks::estimatesToMasks(double exponent) {
  const size_t stems = outputs_.size();
  const auto epsilon = static_cast<float>(plan_.epsilon);
  const float share = epsilon / static_cast<float>(stems);
  // In blocks that stay in the first-level cache while they are read twice.
  constexpr size_t kBlock = 1024;
  float sums[kBlock];
  for (size_t begin = 0; begin < input_.size(); begin += kBlock) {
    const size_t count = std::min(kBlock, input_.size() - begin);
    std::fill_n(sums, count, epsilon);
    for (nn::TensorBuffer& output : outputs_) {
      float* estimate = output.data() + begin;
      raise(estimate, count, exponent);
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
