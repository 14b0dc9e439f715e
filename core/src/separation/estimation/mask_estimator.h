// StemMasks: from a chunk's magnitudes to a mask for each stem, by one or two looks at it.
//
//   auto masks = StemMasks::create(networks, plan);
//   fill(masks->input());                    // [frames][bins][channels]
//   masks->look();
//   masks->make();
//   use(masks->mask(stem));                  // same shape
//
// One instance serves all channel groups in turn.
#pragma once

#include <memory>
#include <vector>

#include "base/float_buffer.h"
#include "separation/chunks/separation_settings.h"
#include "separation/estimation/stem_networks.h"

namespace divisi::tasks {

class StemMasks {
 public:
  /// @return kOutOfMemory.
  static Result<std::unique_ptr<StemMasks>> create(std::shared_ptr<StemNetworks> networks,
                                                   const SeparationPlan& plan);

  /// The mix's magnitudes, to be written before look().
  [[nodiscard]] float* input() { return networks_->input(); }

  /// Has the networks estimate the stems in input().
  Status look() { return networks_->run(); }

  /// Keeps the estimates of the last look for the next make(), which then averages both
  /// geometrically. Only in a plan with a second look.
  void keep();

  /// Turns the last look's estimates into masks that add up to 1.
  /// @param keptOffset the kept look's first frame less the last look's first frame; ignored when
  /// nothing was kept.
  void make(int keptOffset = 0);

  /// Instead of look() and make() when the input is silence: each stem gets an equal share of
  /// nothing.
  void skip();

  /// Good until the next look, by whichever owner of the networks.
  [[nodiscard]] float* mask(size_t stem) { return networks_->estimate(stem).data(); }

 private:
  StemMasks(std::shared_ptr<StemNetworks> networks, const SeparationPlan& plan);

  /// Multiplies the estimates of each frame by the kept ones; by themselves where there are none.
  void multiplyByKept(int keptOffset);
  void estimatesToMasks(double exponent);

  std::shared_ptr<StemNetworks> networks_;
  const SeparationPlan plan_;
  std::vector<nn::TensorBuffer> kept_;  // empty without a second look
  bool hasKept_ = false;
};

}  // namespace divisi::tasks
