// SeparationSettings: every choice around the network that sets one mode of separation apart from
// another.
#pragma once

#include "divisi/separator.h"
#include "separation/chunks/separation_document.h"

namespace divisi::separation {

/// What the bins above the network's band get as their mask.
enum class Extension {
  kZeros,      ///< silence, as the reference
  kUpperHalf,  ///< the average of the frame's mask over the upper half of the band, per channel
};

/// Chunks of `columns` STFT columns, one every `hop`; masks of neighbours are cross-faded where
/// they overlap. The last chunk is moved back so that it is full of real columns.
///
///   chunk 0  |<----------- columns ---------->|
///   chunk 1  |<--------- hop -------->|<-fade->                       |
///
/// A network's decisions depend on where a sound lies in its chunk. With a second look each chunk
/// is also run `secondLook` columns later, and the estimates are averaged geometrically: what only
/// one of the two takes for a voice all but vanishes.
///
/// Live chunks follow each other closely, and each gives only the few columns that have become
/// `lookAhead` columns old; cross-fading them with the run before gains nothing. In the place of
/// columns that are not there yet it hears the newest ones mirrored:
///
///   run r    |<--------- look-back --------->|<- hop ->|<- lookAhead ->|<- mirrored ->|
///                                             given                     ^ columns so far
struct Chunking {
  int columns = 0;
  int hop = 0;         ///< not live: at least columns / 2: no column lies in more than two chunks
  int secondLook = 0;  ///< 0: none
  int mirrored = 0;    ///< 0: not live
  int lookAhead = 0;

  [[nodiscard]] bool live() const { return mirrored > 0; }
  [[nodiscard]] int fade() const { return live() ? 0 : columns - hop; }
  /// Columns that must be there before a chunk can run.
  [[nodiscard]] int needed() const { return columns - mirrored + secondLook; }
  /// Where the first chunk starts: a live one when the first `hop` columns are there.
  [[nodiscard]] int firstStart() const { return live() ? hop - needed() : 0; }
  /// Columns from a chunk's start to the first that it leaves to the next.
  [[nodiscard]] int given() const { return live() ? needed() - lookAhead : hop; }
};

struct SeparationSettings {
  Chunking chunking;
  int padFrames = 0;       ///< model frames of silence before the song
  bool normalise = false;  ///< bring the mix to the document's level
  double rmsDb = 0;
  /// A chunk that was raised, and in which the stem beside the remainder is not heard, gives no
  /// more of it than at its own level.
  bool keepsQuiet = false;
  double exponent = 2;  ///< of the ratio mask
  double epsilon = 0;
  Extension extension = Extension::kZeros;
  bool useRemainder = false;  ///< the document's remainder stem is the input less the other stems
};

SeparationSettings settingsFor(const SeparationDocument& document, SeparationMode mode,
                               SeparationQuality quality);

/// The columns of a live chunk.
/// @return kUnsupported for a model whose chunks are too short.
Result<int> liveWindowFor(const SeparationDocument& document);

/// The settings of live separation, for the rest those of the default mode.
/// @param document its `chunkColumns` are liveWindowFor's. @param latency seconds
/// @return kBadOption for a latency that is none of kLiveLatencies.
Result<SeparationSettings> liveSettingsFor(const SeparationDocument& document, double latency);

}  // namespace divisi::separation
