// ReferenceDecoder: basic-pitch's own note creation with its own settings, for who wants its notes.
//
//   Result<std::vector<Note>> decode(ReferenceDecoder& decoder, size_t columns) {
//     // add() for each column; then
//     return decoder.finish(columns);
//   }
//
// A port of the package's note creation (output_to_notes_polyphonic, get_pitch_bends,
// model_frames_to_time). It works from the end of a song to its start and by the song's highest
// onset, so it needs all of it: 5 bytes for each pitch and column, 38 kB a second.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/growing_array.h"
#include "divisi/status.h"
#include "notes/decoder/note.h"
#include "notes/decoder/pitch_bend.h"

namespace divisi::notes {

class ReferenceDecoder {
 public:
  explicit ReferenceDecoder(size_t pitches)
      : pitches_(pitches), bend_(PitchBend::kMostReach), row_(pitches), bendRow_(pitches) {}

  /// @param note, onset, contour of the next column, 0 to 1. @return false when memory ran out.
  [[nodiscard]] bool add(std::span<const float> note, std::span<const float> onset,
                         std::span<const float> contour);

  /// @param columns of the song: those behind it are left out. @return the notes in the order of
  /// their starts; kOutOfMemory.
  Result<std::vector<Note>> finish(size_t columns);

 private:
  struct Span {
    size_t start;
    size_t end;
    size_t pitch;
  };

  void inferOnsets();
  void followOnsets();
  void followRest();
  /// One step of a note that is followed: whether the column is quiet, and its energy taken.
  bool takeColumn(size_t column, size_t pitch);
  [[nodiscard]] bool isOnset(size_t column, size_t pitch) const;
  [[nodiscard]] Note noteOf(const Span& span) const;

  const size_t pitches_;
  const PitchBend bend_;
  std::vector<uint16_t> row_;
  std::vector<int8_t> bendRow_;
  GrowingArray<uint16_t> notes_;   // [column][pitch], of kWhole
  GrowingArray<uint16_t> onsets_;  // the same
  GrowingArray<int8_t> bends_;     // the same, in bins
  size_t columns_ = 0;
  GrowingArray<uint16_t> left_;     // of notes_, not part of any note yet
  GrowingArray<uint16_t> highest_;  // of left_, of each column
  std::vector<Span> found_;
};

}  // namespace divisi::notes
