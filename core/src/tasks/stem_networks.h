// StemNetworks: the networks of a separation model, one a stem, from magnitudes to masks.
//
//   auto networks = StemNetworks::create(model, task, plan);
//   fill(networks->input());                 // [frames][bins][channels]
//   networks->run();
//   networks->makeMasks();
//   use(networks->mask(stem));               // same shape
//
// One instance serves all channel groups in turn: weights and scratch memory exist once.
#pragma once

#include <memory>
#include <vector>

#include "divisi/model.h"
#include "nn/network.h"
#include "nn/tensor_buffer.h"
#include "tasks/separation_plan.h"
#include "tasks/separation_task.h"

namespace divisi::tasks {

class StemNetworks {
 public:
  /// @return as Network::compile; kBadModel when graph and task do not fit each other.
  static Result<std::unique_ptr<StemNetworks>> create(const Model& model,
                                                      const SeparationTask& task,
                                                      const SeparationPlan& plan);

  /// The mix's magnitudes, to be written before run().
  [[nodiscard]] float* input() { return input_.data(); }

  /// Runs every network on input().
  Status run();

  /// Keeps the estimates of the last run for the next makeMasks(), which then averages both
  /// geometrically. Only in a plan with a second look.
  void keepEstimates();

  /// Turns the last run's estimates into masks that add up to 1.
  /// @param keptOffset the kept run's first frame less the last run's first frame; ignored when
  /// nothing was kept.
  void makeMasks(int keptOffset = 0);

  /// Instead of run() and makeMasks() when the input is silence: each stem gets an equal share of
  /// nothing.
  void skip();

  [[nodiscard]] float* mask(size_t stem) { return outputs_[stem].data(); }

 private:
  /// Multiplies the estimates of each frame by the kept ones; by themselves where there are none.
  void multiplyByKept(int keptOffset);
  void estimatesToMasks(double exponent);

  SeparationTask task_;
  SeparationPlan plan_;
  std::vector<std::unique_ptr<nn::Network>> networks_;
  nn::TensorBuffer input_;
  std::vector<nn::TensorBuffer> outputs_;
  std::vector<nn::TensorBuffer> kept_;  // empty without a second look
  bool hasKept_ = false;
};

}  // namespace divisi::tasks
