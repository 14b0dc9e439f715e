// Accents: what the sound itself says of beats, from the frames of a LogFilterbank, beside the
// network: how much the low and the high bands rise in a frame, and how much the sound differs
// after it from before it.
//
//   void use(const Accent& accent);
//
//   void listen(Accents& accents, std::span<const float> frame) {   // bands, then their rises
//     use(accents.next(frame));
//   }
//
// One thread at a time; allocates nothing after its construction.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace divisi::beats {

struct Accent {
  float low = 0;   ///< sum of the rises of the low bands: kick and bass
  float high = 0;  ///< of the high bands: snare, cymbals, consonants
  /// Difference of the mean spectra after and before the frame that lies kNoveltyFrames back: large
  /// where chords or instruments change, as they do at the beginnings of bars.
  float novelty = 0;
};

/// Bands that rise by less together, in powers of ten, have no onset.
inline bool hasOnset(const Accent& accent) { return accent.low + accent.high >= 0.05F; }

/// Frames of either mean: a third of a second of BeatNet's.
inline constexpr size_t kNoveltyFrames = 18;

class Accents {
 public:
  explicit Accents(size_t bands);

  /// @param frame the bands, then their rises.
  Accent next(std::span<const float> frame);

 private:
  const size_t bands_;
  size_t frames_ = 0;           // heard
  std::vector<float> history_;  // the last 2 * kNoveltyFrames frames' bands, a ring
  std::vector<float> after_;    // sums over the newer half of it
  std::vector<float> before_;   // sums over the older half
};

}  // namespace divisi::beats
