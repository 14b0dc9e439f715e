// SeparationPlan: every choice around the network that sets one mode of separation apart from
// another.
#pragma once

#include "divisi/separator.h"
#include "separation/chunks/separation_document.h"

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
///
/// A live plan's chunks follow each other closely, and each gives only the few frames that have
/// become `lookAhead` frames old; cross-fading them with the run before gains nothing. In the place
/// of frames that are not there yet it hears the newest ones mirrored:
///
///   run r    |<--------- look-back --------->|<- hop ->|<- lookAhead ->|<- mirrored ->|
///                                             given                     ^ frames so far
struct ChunkPlan {
  int frames = 0;
  int hop = 0;         ///< not live: at least frames / 2: no frame lies in more than two chunks
  int secondLook = 0;  ///< 0: none
  int mirrored = 0;    ///< 0: not live
  int lookAhead = 0;

  [[nodiscard]] bool live() const { return mirrored > 0; }
  [[nodiscard]] int fade() const { return live() ? 0 : frames - hop; }
  /// Frames that must be there before a chunk can run.
  [[nodiscard]] int needed() const { return frames - mirrored + secondLook; }
  /// Where the first chunk starts: a live one when the first `hop` frames are there.
  [[nodiscard]] int firstStart() const { return live() ? hop - needed() : 0; }
  /// Frames from a chunk's start to the first that it leaves to the next.
  [[nodiscard]] int given() const { return live() ? needed() - lookAhead : hop; }
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

/// The plan of live separation with one of kLiveLatencies, for planFor's default mode otherwise.
/// @param task its `chunkFrames` becomes the window's.
/// @return kBadOption for another latency, kUnsupported for a model whose chunks are too short.
Result<SeparationPlan> livePlanFor(SeparationTask& task, double latency);

}  // namespace divisi::tasks
