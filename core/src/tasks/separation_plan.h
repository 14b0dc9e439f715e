// SeparationPlan: every choice around the network that sets one mode of separation apart from
// another.
#pragma once

#include "divisi/separator.h"
#include "tasks/separation_task.h"

namespace divisi::tasks {

/// What the bins above the network's band get as their mask.
enum class Extension {
  kZeros,      ///< silence, as the reference
  kUpperHalf,  ///< the average of the frame's mask over the upper half of the band, per channel
};

/// Chunks of `frames` STFT frames, one every `hop`; masks of neighbours are cross-faded where they
/// overlap. The last chunk is moved back so that it is full of real frames.
///
///   chunk 0  |<----------- frames ----------->|
///   chunk 1  |<--------- hop -------->|<-fade->                       |
///
/// A network's decisions depend on where a sound lies in its chunk. With a second look each chunk
/// is also run `secondLook` frames later, and the estimates are averaged geometrically: what only
/// one of the two takes for a voice all but vanishes.
struct ChunkPlan {
  int frames = 0;
  int hop = 0;         ///< at least frames / 2: no frame lies in more than two chunks
  int secondLook = 0;  ///< 0: none

  [[nodiscard]] int fade() const { return frames - hop; }
  /// Frames that must be there before a chunk can run.
  [[nodiscard]] int needed() const { return frames + secondLook; }
};

struct SeparationPlan {
  ChunkPlan chunks;
  int padSamples = 0;      ///< zeros before the song
  bool normalise = false;  ///< bring the mix to the task's level
  double rmsDb = 0;
  double exponent = 2;  ///< of the ratio mask
  double epsilon = 0;
  Extension extension = Extension::kZeros;
  bool useRemainder = false;  ///< the task's remainder stem is the input less the other stems
};

SeparationPlan planFor(const SeparationTask& task, SeparationMode mode, SeparationQuality quality);

}  // namespace divisi::tasks
