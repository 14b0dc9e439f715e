// ChunkEstimator: the seam between the signal path and a kind of network: a chunk of the mix in, an
// estimate of each stem out.
//
// Estimates are masks for the mix's spectrum, [columns][bins][2], that add up to 1. A network that
// estimates something else comes with an estimator and a synthesis of its own, and the document's
// `backEnd` says which.
#pragma once

#include <memory>
#include <span>

#include "divisi/status.h"
#include "separation/chunks/separation_settings.h"
#include "separation/estimation/stem_networks.h"
#include "spectrum/stereo_spectrum.h"

namespace divisi::separation {

/// What the networks hear of one channel group at a time. Borrowed.
struct Chunk {
  std::span<const audio::StereoBin* const> columns;  ///< of both looks; null: silence
  int first = 0;                                     ///< where the chunk begins in them
  int secondLook = 0;  ///< columns from there to the beginning of the other look; 0: none
  float gain = 1;      ///< from the mix to the level that the networks hear best
};

class ChunkEstimator {
 public:
  virtual ~ChunkEstimator() = default;

  /// Has the networks estimate the stems by one or two looks, unless there is nothing but silence.
  virtual Status estimate(const Chunk& chunk) = 0;
  /// Instead: an equal share for each stem.
  virtual void share() = 0;
  /// The estimate for a stem of the document; may be overwritten. Good until the next call, by
  /// whichever owner of the networks.
  [[nodiscard]] virtual std::span<float> stem(size_t stem) = 0;
};

/// The estimator for what the networks give. It serves all channel groups in turn.
/// @return kOutOfMemory.
Result<std::unique_ptr<ChunkEstimator>> makeEstimator(std::shared_ptr<StemNetworks> networks,
                                                      const SeparationSettings& settings);

}  // namespace divisi::separation
