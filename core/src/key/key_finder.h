// KeyFinder: the keys of a song, from its partials.
//
//   SongKeys find(audio::SpectralPeaks& partials, double cents, double seconds) {
//     KeyFinder finder(partials.hopSeconds());
//     while (partials.next()) {
//       if (!finder.add(partials.peaks())) return {};   // out of memory
//     }
//     return finder.find(cents, seconds);
//   }
//
// Partials become a chroma (harmonic pitch class profile after Gómez, "Tonal description of music
// audio signals", 2006: each counts for the notes of which it may be a harmonic), in steps of a
// tenth of a semitone until the song's tuning is known. Chroma of some seconds is correlated with
// the profiles of all keys, and the likeliest path of keys through the song is the one that
// correlates best, less a price for each modulation. Memory grows by 520 bytes a second.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "base/growing_array.h"
#include "key/key_profiles.h"
#include "spectrum/partials/chroma.h"
#include "spectrum/partials/spectral_peaks.h"

namespace divisi::key {

struct KeyPart {
  double start = 0;  ///< seconds
  double end = 0;
  size_t key = 0;
  double confidence = 0;     ///< how likely this key is among all
  double relativeShare = 0;  ///< how likely the relative key is among the two
};

struct SongKeys {
  std::vector<KeyPart> parts = {};  ///< one after another, without gaps; empty in silence
  KeyPart song = {};                ///< the key of most of the song, from all parts that have it
};

class KeyFinder {
 public:
  explicit KeyFinder(double hopSeconds) : hopSeconds_(hopSeconds) {}

  /// @param peaks of the next frame. @return false when memory ran out.
  [[nodiscard]] bool add(std::span<const audio::SpectralPeak> peaks);

  /// @param cents the song's tuning. @param seconds its length.
  [[nodiscard]] SongKeys find(double cents, double seconds) const;

 private:
  [[nodiscard]] std::vector<Chroma> chromas(double cents) const;
  [[nodiscard]] double secondsOf(size_t block) const;

  const double hopSeconds_;
  audio::ChromaSteps block_{};
  size_t framesInBlock_ = 0;
  GrowingArray<float> blocks_;  // [block][step], those that are full
};

}  // namespace divisi::key
