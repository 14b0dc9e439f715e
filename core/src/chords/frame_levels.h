// FrameLevels: how loud each frame of a song is, to tell silence from chords.
//
// The network hears chords in silence, too: after a chord its memory goes on, and before the first
// one comes. Four bytes a frame.
#pragma once

#include <cstddef>
#include <span>

#include "base/growing_array.h"

namespace divisi::chords {

class FrameLevels {
 public:
  /// Frames are as long as the hop, and centred on multiples of it.
  explicit FrameLevels(size_t hop) : hop_(hop), filled_(hop / 2) {}

  /// @return false when memory ran out.
  [[nodiscard]] bool add(std::span<const float> samples);
  /// The last frame ends with the song.
  [[nodiscard]] bool finish() { return powers_.append(sum_); }

  /// Whether a frame lies so far below the song's loudest that nothing is played in it.
  [[nodiscard]] bool isSilent(size_t frame) const;

 private:
  const size_t hop_;
  size_t filled_;  // samples of the newest frame
  float sum_ = 0;
  float loudest_ = 0;
  GrowingArray<float> powers_;
};

}  // namespace divisi::chords
