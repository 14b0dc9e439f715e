// MelodyDecoder: from frames of pitch to the notes of one voice.
//
//   void use(const VoiceNote& note);
//
//   void decode(MelodyDecoder& decoder, std::span<const PitchFrame> frames) {
//     for (const PitchFrame& frame : frames) {
//       decoder.add(frame);
//       for (const VoiceNote& note : decoder.take()) use(note);
//     }
//     decoder.finish();
//     for (const VoiceNote& note : decoder.take()) use(note);
//   }
//
// After swift-f0's segment_notes: of all ways to cover the frames with notes of steady pitch and
// silence between them, the cheapest. A note costs kNoteCost; a frame of it costs its confidence
// times its distance from the note's pitch (two semitones at most), less what speaks for a voice:
// its confidence as log-odds, and how little its level dips below what is around. Silence costs
// nothing. So a vibrato is cheaper as deviation than as notes, a short dropout cheaper than a
// second note, and a pitch that stays elsewhere is a note of its own. What is shorter than
// kLeastFrames is then made part of the note that follows on it, if that is near, or left out.
//
// Notes are known as soon as no future frame can change them, mostly two frames into a silence;
// memory is that of a phrase, kMostFrames at most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "melody/pitch/pitch_stream.h"

namespace divisi::melody {

struct VoiceNote {
  uint64_t begin = 0;  ///< frame
  uint64_t end = 0;    ///< the frame behind its last
  int pitch = 0;       ///< MIDI
  float confidence = 0;
  float levelDb = 0;  ///< of its loudest frame
  /// Semitones from the pitch, one for each frame.
  std::vector<float> bends = {};
};

/// In the unit of a frame's cost; 16 ms a frame make 80 ms of it.
inline constexpr double kNoteCost = 5;
/// 64 ms: nobody sings shorter notes.
inline constexpr uint64_t kLeastFrames = 4;
/// 65 s.
inline constexpr size_t kMostFrames = 4096;

class MelodyDecoder {
 public:
  MelodyDecoder();

  void add(const PitchFrame& frame);
  /// The audio has ended.
  void finish();
  /// What has become known since the last take(), in the order of time.
  std::vector<VoiceNote> take() { return std::exchange(known_, {}); }

 private:
  struct Frame {
    double pitch;  // MIDI
    double confidence;
    float levelDb;
  };
  /// The cheapest way to a frame's end: a note since `begin`, or silence.
  struct Step {
    uint64_t begin;
    int state;  // kSilence, or the note's
  };
  struct Span {
    uint64_t begin;
    uint64_t end;
    double pitch;
  };

  /// Takes the frame into account; those that its level is compared with are there.
  void step(uint64_t index);
  /// How much speaks against a voice in the frame.
  [[nodiscard]] double voiceCost(uint64_t index) const;
  /// The way to the frame `end` is final: tells its notes, and forgets its frames.
  void commit(uint64_t end);
  void tell(const Span& span);

  [[nodiscard]] const Frame& frame(uint64_t index) const {
    return frames_[static_cast<size_t>(index - firstFrame_)];
  }

  std::vector<double> costs_;     // of each state: a note of this pitch up to now
  std::vector<uint64_t> begins_;  // of each state: where that note began
  double best_ = 0;               // of all ways up to now
  std::vector<Frame> frames_;
  uint64_t firstFrame_ = 0;  // in frames_
  uint64_t added_ = 0;
  std::vector<Step> steps_;
  uint64_t firstStep_ = 0;  // in steps_
  std::vector<VoiceNote> known_;
};

}  // namespace divisi::melody
