// NoteDecoder on log-odds that are made up.
#include "notes/decoder/note_decoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace divisi::notes {
namespace {

constexpr size_t kPitches = 3;
constexpr float kNever = -10;
constexpr float kSure = 5;

/// Columns of one pitch; the others are silent.
struct Score {
  std::vector<float> onset;
  std::vector<float> sounding;
  std::vector<float> end;
  size_t other = 0;                 // column where another pitch begins; 0: none does
  std::vector<float> contour = {};  // of the bin above the pitch; at the pitch it is a half

  [[nodiscard]] std::vector<Note> decode(NoteDecoderOptions options = {}) const {
    options.pitches = kPitches;
    options.columnSeconds = 0.01;
    if (options.highest >= kPitches) options.highest = kPitches - 1;
    NoteDecoder decoder(options);
    std::vector<Note> notes;
    const auto take = [&] {
      for (Note& note : decoder.take()) notes.push_back(std::move(note));
    };
    for (size_t column = 0; column < onset.size(); ++column) {
      std::vector<float> heard(kPitches * 5);
      std::vector<float> odds(kPitches * 3, kNever);
      heard[5] = 0.6F;
      heard[7] = 0.5F;
      heard[8] = contour.empty() ? 0 : contour[column];
      odds[3] = onset[column];
      odds[4] = sounding[column];
      odds[5] = end[column];
      if (other > 0 && column == other) odds[6] = kSure;
      decoder.add(heard, odds);
      take();
    }
    decoder.finish();
    take();
    return notes;
  }
};

Score silent(size_t columns) {
  return {.onset = std::vector<float>(columns, kNever),
          .sounding = std::vector<float>(columns, kNever),
          .end = std::vector<float>(columns, kNever)};
}

void sound(Score& score, size_t first, size_t end) {
  score.onset[first] = kSure;
  for (size_t column = first; column < end; ++column) score.sounding[column] = kSure;
  if (end < score.end.size()) score.end[end] = 0;
}

TEST(NoteDecoder, ANoteLastsAsLongAsItSounds) {
  Score score = silent(60);
  sound(score, 10, 40);
  const auto notes = score.decode();
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NEAR(notes[0].start, 0.10, 1e-6);
  EXPECT_NEAR(notes[0].end, 0.40, 1e-6);
  EXPECT_EQ(notes[0].pitch, 1);
  EXPECT_NEAR(notes[0].amplitude, 0.6F, 1e-5F);
  EXPECT_GT(notes[0].confidence, 0.99F);
  EXPECT_EQ(notes[0].bends.size(), 30U);
}

TEST(NoteDecoder, StartsLieBetweenColumns) {
  Score score = silent(60);
  sound(score, 10, 40);
  score.onset[9] = 0;
  score.onset[11] = 4;
  const auto notes = score.decode();
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_GT(notes[0].start, 0.101);
  EXPECT_LT(notes[0].start, 0.105);
}

TEST(NoteDecoder, ShortGapsDoNotEndANoteAndLongOnesDo) {
  Score score = silent(100);
  sound(score, 10, 20);
  sound(score, 25, 60);
  score.onset[25] = kNever;
  auto notes = score.decode();
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NEAR(notes[0].end, 0.60, 1e-6);
  for (size_t column = 25; column < 45; ++column) score.sounding[column] = kNever;
  notes = score.decode();
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NEAR(notes[0].end, 0.20, 1e-6);
}

TEST(NoteDecoder, EndsWhereOthersBeginAreLikelier) {
  // It fades: log-odds that say nothing from column 30 on, and no end that stands out.
  Score score = silent(100);
  sound(score, 10, 30);
  score.end[30] = kNever;
  for (size_t column = 30; column < 60; ++column) score.sounding[column] = -0.5F;
  const double alone = score.decode()[0].end;
  EXPECT_LE(alone, 0.32);
  score.other = 50;
  const auto notes = score.decode();
  const auto found = std::ranges::find_if(notes, [](const Note& note) { return note.pitch == 1; });
  ASSERT_NE(found, notes.end());
  EXPECT_NEAR(found->end, 0.50, 1e-6);
}

TEST(NoteDecoder, ANewOnsetEndsTheNoteBefore) {
  Score score = silent(80);
  sound(score, 10, 60);
  sound(score, 30, 60);
  const auto notes = score.decode();
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_NEAR(notes[0].end, 0.30, 1e-6);
  EXPECT_NEAR(notes[1].start, 0.30, 1e-6);
  EXPECT_NEAR(notes[1].end, 0.60, 1e-6);
}

TEST(NoteDecoder, OfOnsetsTooCloseTheHigherStays) {
  Score score = silent(60);
  sound(score, 10, 40);
  score.onset[10] = 1;
  score.onset[13] = 3;
  auto notes = score.decode();
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NEAR(notes[0].start, 0.13, 1e-6);
  score.onset[13] = 0.5F;
  notes = score.decode();
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NEAR(notes[0].start, 0.10, 1e-6);
}

TEST(NoteDecoder, NotesAtBothEndsOfTheSong) {
  Score score = silent(50);
  sound(score, 0, 20);
  sound(score, 30, 50);
  const auto notes = score.decode();
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_NEAR(notes[0].start, 0, 0.005);  // half a column
  EXPECT_NEAR(notes[1].end, 0.50, 1e-6);
}

TEST(NoteDecoder, SensitivityMovesTheThreshold) {
  Score score = silent(60);
  sound(score, 10, 40);
  score.onset[10] = -4;
  EXPECT_TRUE(score.decode({.sensitivity = 0.5}).empty());
  EXPECT_EQ(score.decode({.sensitivity = 1}).size(), 1U);
  score.onset[10] = 1;
  EXPECT_EQ(score.decode({.sensitivity = 0.5}).size(), 1U);
  EXPECT_TRUE(score.decode({.sensitivity = 0}).empty());
}

TEST(NoteDecoder, BendsFollowTheContour) {
  Score score = silent(60);
  sound(score, 10, 40);
  score.contour.assign(60, 0.0F);
  for (size_t column = 20; column < 40; ++column) score.contour[column] = 0.9F;
  const auto notes = score.decode();
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].bends[5], 0);
  EXPECT_NEAR(notes[0].bends[15], 1.0F / 3, 1e-6F);
}

TEST(NoteDecoder, PitchesOutsideAreLeftOut) {
  Score score = silent(60);
  sound(score, 10, 40);
  EXPECT_TRUE(score.decode({.lowest = 2}).empty());
  EXPECT_TRUE(score.decode({.highest = 0}).empty());
  EXPECT_EQ(score.decode({.lowest = 1, .highest = 1}).size(), 1U);
}

}  // namespace
}  // namespace divisi::notes
