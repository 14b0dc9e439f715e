// SeparationPlan: every choice around the network that sets one mode of separation apart from
// another.
#pragma once

#include "divisi/separator.h"
#include "tasks/separation_task.h"

namespace divisi::tasks {

/// What the bins above the network's band get as their mask.
enum class Extension {
  kZeros,    ///< silence, as the reference
  kAverage,  ///< the average of the frame's mask, per channel
};

/// Chunks of `frames` STFT frames, one every `hop`; masks of neighbours are cross-faded where they
/// overlap.
///
///            |<-------- frames -------->|
///   chunk 0  ==========================
///   chunk 1                    ==========================
///            |<----- hop ----->|guard|fade|guard|
struct ChunkPlan {
  int frames = 0;
  int hop = 0;    ///< at least frames / 2: no frame lies in more than two chunks
  int guard = 0;  ///< frames at a chunk's edge, next to the network's zero padding, not used where
                  ///< the other chunk has them
  int lead = 0;            ///< the first chunk starts this many (silent) frames before the song
  bool shiftLast = false;  ///< move the last chunk back so that it is full of real frames

  [[nodiscard]] int overlap() const { return frames - hop; }
  [[nodiscard]] int fade() const { return overlap() - 2 * guard; }
};

struct SeparationPlan {
  ChunkPlan chunks;
  int padSamples = 0;      ///< zeros before the song
  bool normalise = false;  ///< bring the mix to the task's level
  double rmsDb = 0;
  Extension extension = Extension::kZeros;
  bool useRemainder = false;  ///< the task's remainder stem is the input less the other stems
};

SeparationPlan planFor(const SeparationTask& task, SeparationMode mode, SeparationQuality quality);

}  // namespace divisi::tasks
