// PitchJudge: what the network makes of a frame, as a pitch and how likely there is a voice.
#pragma once

#include <cstddef>
#include <span>

#include "divisi/status.h"
#include "melody/pitch/melody_document.h"

namespace divisi::melody {

struct PitchFrame {
  float hz = 0;
  float confidence = 0;  ///< that a voice sounds, 0 to 1; from 0.5 on it does
  float levelDb = 0;     ///< of the audio around it
};

/// Pitches that are searched, MIDI.
struct PitchRange {
  int lowest = 0;
  int highest = 127;
};

/// Of a frame's audio.
struct FrameLevel {
  float peak = 0;
  float db = 0;
};

/// As MIDI counts, with fractions: 69 is 440 Hz.
double midiOf(double hz);

/// 1 at -60 dB of full scale or below, 127 at 0 dB: as MIDI has it.
float velocityOf(float levelDb);

class PitchJudge {
 public:
  /// Bands whose centre rounds to a pitch of the range, or the nearest one.
  PitchJudge(const MelodyDocument& document, const PitchRange& range);

  /// @param logits of every band. @param voicing the probability of a voice.
  [[nodiscard]] PitchFrame judge(std::span<const float> logits, float voicing,
                                 FrameLevel level) const;

 private:
  LogSpectraOptions spectra_;
  float silence_;
  size_t first_ = 0;
  size_t last_ = 0;
};

}  // namespace divisi::melody
