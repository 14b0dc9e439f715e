// StemNetworks: the networks of a separation model, one a stem, compiled for the task's chunks.
//
//   auto networks = StemNetworks::compile(model, task);
//   fill(networks->input());                 // [frames][bins][channels]
//   networks->run();
//   use(networks->estimate(stem));           // same shape: the stem's magnitudes, or a mask
//
// Nothing is kept from one run to the next, so one instance serves all channel groups, and songs
// one after another: weights and scratch memory exist once.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/float_buffer.h"
#include "divisi/model.h"
#include "divisi/separator.h"
#include "nn/network/network.h"
#include "separation/chunks/separation_document.h"

namespace divisi::tasks {

class StemNetworks final : public SeparatorNetworks {
 public:
  /// @return as Network::compile; kBadModel when graph and task do not fit each other.
  static Result<std::shared_ptr<StemNetworks>> compile(const Model& model, SeparationTask task);

  [[nodiscard]] const SeparationTask& task() const { return task_; }
  [[nodiscard]] size_t stemCount() const { return estimates_.size(); }

  /// The mix's magnitudes, to be written before run().
  [[nodiscard]] float* input() { return input_.data(); }

  /// Runs every network on input().
  Status run();

  /// What the last run made of the input; may be overwritten.
  [[nodiscard]] std::span<float> estimate(size_t stem) { return estimates_[stem].span(); }

 private:
  explicit StemNetworks(SeparationTask task);

  const SeparationTask task_;
  std::vector<std::unique_ptr<nn::Network>> networks_;
  nn::TensorBuffer input_;
  std::vector<nn::TensorBuffer> estimates_;
};

}  // namespace divisi::tasks
