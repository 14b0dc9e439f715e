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
// where the peak's parabola lies, and lasts for as long as it sounds, or until its pitch begins
// again. Memory is that of the notes that sound, and of five columns.
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
  /// same: [pitches][begins, sounds].
  void add(std::span<const float> heard, std::span<const float> logOdds);
  /// The song has ended.
  void finish();

  /// What has ended since the last take(), in the order of the ends.
  std::vector<Note> take() { return std::exchange(ended_, {}); }

 private:
  /// Columns before and behind an onset that it is the highest of.
  static constexpr size_t kReach = 2;
  static constexpr size_t kKept = 2 * kReach + 1;

  struct Column {
    std::vector<float> onset;     // log-odds of each pitch
    std::vector<float> sounding;  // the same
    std::vector<float> note;      // activations
    std::vector<float> contour;
  };
  /// A note that sounds.
  struct Open {
    double start = 0;  // columns
    size_t first = 0;  // column
    size_t lastSounding = 0;
    float peak = 0;           // log-odds
    double sum = 0;           // of activations, from the first column on
    double soundingSum = 0;   // of the same, up to lastSounding
    std::vector<float> bends = {};
  };

  void judge(size_t column);
  [[nodiscard]] const Column& at(size_t column) const { return columns_[column % kKept]; }
  [[nodiscard]] bool isOnset(size_t column, size_t pitch) const;
  [[nodiscard]] double placeOf(size_t column, size_t pitch) const;
  void follow(size_t column, size_t pitch);
  void close(size_t pitch, double end);

  const NoteDecoderOptions options_;
  const float threshold_;
  const PitchBend bend_;
  std::array<Column, kKept> columns_;
  size_t added_ = 0;
  std::vector<std::optional<Open>> open_;  // of each pitch
  std::vector<Note> ended_;
};

}  // namespace divisi::notes
