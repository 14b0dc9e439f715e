// MaskEstimator: ratio masks from networks that estimate each stem's magnitudes.
//
// The mask of a stem is its share of all estimates, raised to an exponent (soft masks as in
// Spleeter: Hennequin et al., "Spleeter: a fast and efficient music source separation tool", 2020).
// Two looks are averaged geometrically.
//
// Music without a voice, mastered quietly, is the price of raising the mix: the networks find more
// false voice in it than at its own level. So a raised chunk in which no voice is heard is run at
// its own level, too, and gets the smaller of both masks. What a chunk gets depends on nothing but
// the chunk, wherever a run starts.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/float_buffer.h"
#include "separation/chunks/separation_settings.h"
#include "separation/estimation/chunk_estimator.h"
#include "separation/estimation/stem_networks.h"
#include "separation/estimation/stem_presence.h"

namespace divisi::separation {

class MaskEstimator final : public ChunkEstimator {
 public:
  /// @return kOutOfMemory.
  static Result<std::unique_ptr<MaskEstimator>> create(std::shared_ptr<StemNetworks> networks,
                                                       const SeparationSettings& settings);

  Status estimate(const Chunk& chunk) override;
  void share() override;
  [[nodiscard]] std::span<float> stem(size_t stem) override { return networks_->estimate(stem); }

 private:
  MaskEstimator(std::shared_ptr<StemNetworks> networks, const SeparationSettings& settings);

  /// Runs the networks on one or two looks at the chunk, for masks in their estimates' place.
  Status look(const Chunk& chunk, float gain);
  /// Takes no more of the stem beside the remainder than the networks find at the mix's own level.
  Status boundByOwnLevel(const Chunk& chunk);
  /// Writes the magnitudes of the columns from `first` on to the networks' input.
  /// @return whether anything but silence was written.
  bool fillInput(const Chunk& chunk, int first, float gain);
  /// Keeps the estimates of the last look for the next one.
  void keep();
  /// Multiplies the estimates of each column by the kept ones; by themselves where there are none.
  /// @param offset the kept look's first column less the last look's first column.
  void multiplyByKept(int offset);
  void estimatesToMasks(double exponent);

  std::shared_ptr<StemNetworks> networks_;
  const SeparationSettings settings_;
  std::vector<FloatBuffer> kept_;  // empty without a second look
  StemPresence presence_;
  FloatBuffer raisedMask_;  // empty unless settings_.keepsQuiet
};

}  // namespace divisi::separation
