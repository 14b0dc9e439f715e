// NoteDecoder: from log-odds, column by column, to notes.
//
//   void use(const Note& note);
//
//   void decode(NoteDecoder& decoder, std::span<const float> heard, std::span<const float> odds) {
//     decoder.add(heard, odds);
//     for (const Note& note : decoder.take()) use(note);   // those that have ended
//     decoder.finish();                                    // after the last column
//   }
//
// A note begins where the log-odds of its onset have a peak above a threshold, between columns
// where the peak's parabola lies. It ends where that explains best what is heard: log-odds that it
// sounds are added up from its start on, and to the sum at each column come the log-odds that it
// ends there, and something for other notes that begin then; the highest wins, until the sum has
// fallen far below it or the pitch begins again. Memory is that of the notes that sound, and of
// some columns.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "notes/decoder/note.h"
#include "notes/decoder/pitch_bend.h"

namespace divisi::notes {

struct NoteDecoderOptions {
  size_t pitches = 88;
  double columnSeconds = 256.0 / 22050;
  /// How many notes are told: 0 those that are surest, 1 whatever may be one.
  double sensitivity = 0.5;
  size_t lowest = 0;    ///< of the pitches that are told
  size_t highest = 87;  ///< of the same
};

class NoteDecoder {
 public:
  explicit NoteDecoder(const NoteDecoderOptions& options);

  /// @param heard of a column: [pitches][note, onset, three of the contour]. @param logOdds of the
  /// same: [pitches][begins, sounds, ends].
  void add(std::span<const float> heard, std::span<const float> logOdds);
  /// The song has ended.
  void finish();

  /// What has ended since the last take().
  std::vector<Note> take() { return std::exchange(ended_, {}); }

 private:
  /// Columns on either side of an onset that it is the highest of, and of an end from which onsets
  /// count for it.
  static constexpr size_t kReach = 2;
  static constexpr size_t kKept = 2 * kReach + 1;

  struct Column {
    std::vector<float> onset;     // log-odds of each pitch
    std::vector<float> sounding;  // the same
    std::vector<float> end;       // the same
    std::vector<float> note;      // activations
    std::vector<float> contour;
    std::vector<float> place;  // of an onset, from this column on; kNoOnset where there is none
  };
  /// A note that sounds.
  struct Open {
    double start = 0;      // columns
    size_t first = 0;      // column
    float peak = 0;        // log-odds
    double sounding = 0;   // log-odds that it sounds, weighed, of all columns so far
    double bestScore = 0;  // of ends so far; there is one once `bestEnd` is not 0
    double soundingAtBest = 0;
    size_t bestEnd = 0;
    double amplitude = 0;  // sum of activations
    double amplitudeAtBest = 0;
    std::vector<float> bends = {};
  };

  void findOnsets(size_t column);
  void followNotes(size_t column);
  [[nodiscard]] Column& at(size_t column) { return columns_[column % kKept]; }
  [[nodiscard]] const Column& at(size_t column) const { return columns_[column % kKept]; }
  [[nodiscard]] bool isOnset(size_t column, size_t pitch) const;
  [[nodiscard]] float placeOf(size_t column, size_t pitch) const;
  [[nodiscard]] double othersBegin(size_t column) const;
  static void considerEnd(Open& open, size_t column, double score);
  void follow(Open& open, size_t column, size_t pitch, double others);
  void close(size_t pitch);

  const NoteDecoderOptions options_;
  const float threshold_;
  const PitchBend bend_;
  std::array<Column, kKept> columns_;
  std::array<size_t, kKept> begun_{};  // onsets of each of the last columns
  size_t added_ = 0;
  std::vector<std::optional<Open>> open_;  // of each pitch
  std::vector<Note> ended_;
};

}  // namespace divisi::notes
