// StemNetworks: the networks of a separation model, one a stem, from magnitudes to masks.
//
//   auto networks = StemNetworks::create(model, task);
//   fill(networks->input());                 // [frames][bins][channels]
//   networks->run();
//   use(networks->mask(stem));               // same shape
//
// One instance serves all channel groups in turn: weights and scratch memory exist once.
#pragma once

#include <memory>
#include <vector>

#include "divisi/model.h"
#include "nn/network.h"
#include "nn/tensor_buffer.h"
#include "tasks/separation_task.h"

namespace divisi::tasks {

class StemNetworks {
 public:
  /// @return as Network::compile; kBadModel when graph and task do not fit each other.
  static Result<std::unique_ptr<StemNetworks>> create(const Model& model,
                                                      const SeparationTask& task);

  /// The mix's magnitudes, to be written before run().
  [[nodiscard]] float* input() { return input_.data(); }

  /// Runs every network and turns the estimates into masks that add up to 1.
  Status run();

  /// Instead of run() when the input is silence: every stem gets an equal share of nothing.
  void skip();

  [[nodiscard]] float* mask(size_t stem) { return outputs_[stem].data(); }

 private:
  void estimatesToMasks();

  double exponent_ = 2;
  double epsilon_ = 0;
  std::vector<std::unique_ptr<nn::Network>> networks_;
  nn::TensorBuffer input_;
  std::vector<nn::TensorBuffer> outputs_;
};

}  // namespace divisi::tasks
