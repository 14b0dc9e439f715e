// From a column's pitch contour to how far a note lies from its pitch.
//
// After basic-pitch's get_pitch_bends: the strongest bin near the pitch, where what is further off
// counts less (a Gaussian of five bins).
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace divisi::notes {

/// Bins of a semitone.
inline constexpr size_t kContourBins = 3;

class PitchBend {
 public:
  /// @param reach how many bins on either side are searched; at most kMostReach.
  explicit PitchBend(size_t reach);

  /// The bin, from the pitch. @param contour of one column, kContourBins a pitch, the first of
  /// which is at the pitch.
  [[nodiscard]] int bins(std::span<const float> contour, size_t pitch) const;

  static constexpr size_t kMostReach = 25;

 private:
  const size_t reach_;
  std::array<float, kMostReach + 1> weights_{};  // by distance
};

}  // namespace divisi::notes
