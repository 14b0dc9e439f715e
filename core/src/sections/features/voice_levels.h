// VoiceLevels: where in a song somebody sings, from the stem of the voice.
//
//   float sung(const StreamFormat& format, const AudioView& song) {   // the voice comes last
//     VoiceLevels voice(format.sampleRate);
//     voice.add(song);                                                // in blocks of any length
//     return voice.shareOf(0, 10);                                    // of the first ten seconds
//   }
//
// A stem that a network made is never quite silent: what leaks into it lies some 20 dB or more
// below the mix, a voice that is meant to be heard rarely more than 12.
#pragma once

#include <cstddef>
#include <vector>

#include "divisi/audio.h"

namespace divisi::sections {

class VoiceLevels {
 public:
  explicit VoiceLevels(int sampleRate);

  /// @param song at least two channels: those of the mix, and the voice alone.
  void add(const AudioView& song);

  /// How much of a stretch is sung, 0 to 1, in steps of half a second.
  [[nodiscard]] float shareOf(double startSeconds, double endSeconds) const;

 private:
  static constexpr size_t kStepsPerSecond = 2;

  void closeStep();

  const size_t stepFrames_;
  size_t frames_ = 0;  // of the step that is being filled
  double voice_ = 0;   // sums of squares of the same
  double mix_ = 0;
  std::vector<bool> sung_;  // by step
};

}  // namespace divisi::sections
