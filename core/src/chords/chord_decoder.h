// ChordDecoder: from what a network says of each frame to chords.
//
//   Result<std::vector<Event>> decode(ChordDecoder& decoder, std::span<const float> chords,
//                                     std::span<const float> bass) {
//     const bool silent = false;
//     if (!decoder.add(chords, bass, silent)) {                     // frame by frame
//       return Status(StatusCode::kOutOfMemory, "no memory for chords");
//     }
//     return decoder.finish(0.0929, 12.5);
//   }
//
// Viterbi's algorithm over chords that change seldom. An inversion is told where the bass that is
// heard most during the chord is one of its other notes. Memory: 400 bytes a frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/growing_array.h"
#include "chords/chord_document.h"
#include "divisi/stream.h"

namespace divisi::chords {

/// The notes of a chord by its label in Harte's syntax ("A:min7").
struct ChordNotes {
  int root = -1;                  ///< 0 is C; -1 where the label names no chord
  std::vector<int> degrees = {};  ///< semitones above the root; empty for an unknown shorthand
};

ChordNotes chordNotes(const std::string& label);

class ChordDecoder {
 public:
  explicit ChordDecoder(const ChordDocument& document);

  /// @param chords, bass probabilities. @param silent no chord is heard in this frame, whatever
  /// they say. @return false when memory ran out.
  [[nodiscard]] bool add(std::span<const float> chords, std::span<const float> bass, bool silent);

  /// @param frameSeconds from frame to frame. @param seconds the song's length: the last chord
  /// lasts to its end.
  [[nodiscard]] std::vector<Event> finish(double frameSeconds, double seconds) const;

 private:
  [[nodiscard]] std::vector<uint8_t> bestPath() const;
  [[nodiscard]] int bassOf(size_t first, size_t end, const ChordNotes& chord) const;

  const double stay_;
  const double change_;
  const size_t noChord_;
  std::vector<ChordNotes> notes_;  // of each label
  std::vector<double> scores_;     // of each label, up to the newest frame
  std::vector<double> next_;
  GrowingArray<uint8_t> from_;           // [frame][label]: the label of the frame before
  GrowingArray<uint8_t> probabilities_;  // [frame][label], of 255
  GrowingArray<float> bass_;             // [frame][note], logarithms
};

}  // namespace divisi::chords
