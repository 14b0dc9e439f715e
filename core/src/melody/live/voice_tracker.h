// VoiceTracker: from frames of pitch to the beginnings and ends of one voice's notes, at once.
//
//   void use(const NoteChange& change);
//
//   void hear(VoiceTracker& tracker, const PitchFrame& frame) {
//     for (const NoteChange& change : tracker.add(frame)) use(change);
//   }
//
// A note begins with two voiced frames of about one pitch, so a frame after its onset. It ends
// where there is no voice for kSilentFrames, where the voice stays on another pitch for
// kAwayFrames, and a new one begins there, or where the level dips and comes back: the pitch is
// sung again. So a vibrato of up to a semitone is one note, as is what a consonant of less than 50
// ms interrupts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "melody/pitch/pitch_judge.h"

namespace divisi::melody {

/// 48 ms.
inline constexpr int kSilentFrames = 3;
/// 64 ms: longer than the crest of a vibrato.
inline constexpr int kAwayFrames = 4;
/// 192 ms, in which a level dips and comes back.
inline constexpr int kDipFrames = 12;

struct NoteChange {
  uint64_t frame = 0;  ///< where the note begins or ends: some frames ago
  int pitch = 0;       ///< MIDI
  int velocity = 0;    ///< 1 to 127; 0 ends the note, as MIDI has it
  float confidence = 0;
};

class VoiceTracker {
 public:
  /// The next frame. @return what it says, in order: an end comes before a beginning. Valid until
  /// the next call.
  std::span<const NoteChange> add(const PitchFrame& frame);
  /// The voice has ended.
  std::span<const NoteChange> finish();

 private:
  struct Frame {
    double pitch = 0;  // MIDI
    float confidence = 0;
    float levelDb = 0;
    bool voiced = false;
  };
  struct Note {
    int pitch;
    uint64_t begin;
    uint64_t lastVoiced;  // a frame of it
  };

  [[nodiscard]] const Frame& last(size_t ago) const { return frames_[ago]; }
  void begin(size_t ago);
  void end(uint64_t frame);
  void follow();
  [[nodiscard]] bool isAway() const;
  [[nodiscard]] bool isStruckAgain() const;

  std::array<Frame, kDipFrames> frames_;  // the newest first
  uint64_t count_ = 0;
  std::optional<Note> note_;
  std::array<NoteChange, 2> changes_;
  size_t changed_ = 0;
};

}  // namespace divisi::melody
