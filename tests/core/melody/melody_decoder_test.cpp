// Notes from given frames of pitch.
#include "melody/melody_decoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace divisi::melody {
namespace {

PitchFrame at(double midi, float confidence = 0.95F, float levelDb = -20) {
  return {.hz = static_cast<float>(440 * std::exp2((midi - 69) / 12)),
          .confidence = confidence,
          .levelDb = levelDb};
}

std::vector<VoiceNote> decode(const std::vector<PitchFrame>& frames) {
  MelodyDecoder decoder;
  for (const PitchFrame& frame : frames) decoder.add(frame);
  decoder.finish();
  return decoder.take();
}

void append(std::vector<PitchFrame>& frames, size_t count, const PitchFrame& frame) {
  frames.insert(frames.end(), count, frame);
}

TEST(MelodyDecoder, NothingIsNoNote) {
  EXPECT_TRUE(decode({}).empty());
  EXPECT_TRUE(decode(std::vector<PitchFrame>(100, at(60, 0.01F, -80))).empty());
}

TEST(MelodyDecoder, VibratoIsOneNoteWithBends) {
  std::vector<PitchFrame> frames;
  for (int i = 0; i < 120; ++i) {
    frames.push_back(at(62 + 0.9 * std::sin(2 * std::numbers::pi * 5.5 * 0.016 * i)));
  }
  const auto notes = decode(frames);
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].pitch, 62);
  EXPECT_EQ(notes[0].begin, 0U);
  EXPECT_EQ(notes[0].end, 120U);
  ASSERT_EQ(notes[0].bends.size(), 120U);
  for (size_t i = 0; i < 120; ++i) {
    const double want = 0.9 * std::sin(2 * std::numbers::pi * 5.5 * 0.016 * static_cast<double>(i));
    EXPECT_NEAR(notes[0].bends[i], want, 1e-4) << i;
  }
}

TEST(MelodyDecoder, AnotherSemitoneIsAnotherNoteWhateverTheTuning) {
  for (const double off : {0.0, 0.2, 0.5}) {
    std::vector<PitchFrame> frames;
    append(frames, 20, at(60 + off));
    append(frames, 20, at(61 + off));
    const auto notes = decode(frames);
    ASSERT_EQ(notes.size(), 2U) << off;
    EXPECT_EQ(notes[0].end, 20U) << off;
    EXPECT_EQ(notes[1].begin, 20U) << off;
    EXPECT_EQ(notes[1].pitch - notes[0].pitch, 1) << off;
  }
}

TEST(MelodyDecoder, ShortDropoutsAreClosedAndRestsAreNot) {
  std::vector<PitchFrame> frames;
  append(frames, 20, at(60));
  append(frames, 1, at(60, 0.1F));
  append(frames, 20, at(60));
  EXPECT_EQ(decode(frames).size(), 1U);
  append(frames, 6, at(60, 0.02F, -60));
  append(frames, 20, at(60));
  const auto notes = decode(frames);
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0].end, 41U);
  EXPECT_EQ(notes[1].begin, 47U);
}

TEST(MelodyDecoder, AToneSungAnewIsAnotherNote) {
  std::vector<PitchFrame> frames;
  append(frames, 20, at(60));
  append(frames, 2, at(60, 0.8F, -40));
  append(frames, 20, at(60));
  EXPECT_EQ(decode(frames).size(), 2U);
}

TEST(MelodyDecoder, AScoopBelongsToItsNoteAndABlipIsNone) {
  std::vector<PitchFrame> frames;
  append(frames, 3, at(58.1));
  append(frames, 30, at(60));
  append(frames, 8, at(60, 0.01F, -70));
  append(frames, 2, at(80, 0.97F));
  append(frames, 8, at(60, 0.01F, -70));
  const auto notes = decode(frames);
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].pitch, 60);
  EXPECT_EQ(notes[0].begin, 0U);
  EXPECT_EQ(notes[0].end, 33U);
  EXPECT_NEAR(notes[0].bends[0], -1.9F, 1e-3F);
}

TEST(MelodyDecoder, AMisheardOctaveIsNoBend) {
  std::vector<PitchFrame> frames(40, at(60));
  frames[20] = at(72);
  const auto notes = decode(frames);
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NEAR(notes[0].bends[20], 0, 0.05);
}

TEST(MelodyDecoder, NotesAreKnownInTheSilenceBehindThem) {
  MelodyDecoder decoder;
  for (int i = 0; i < 30; ++i) decoder.add(at(60));
  EXPECT_TRUE(decoder.take().empty());
  for (int i = 0; i < 10; ++i) decoder.add(at(60, 0.01F, -70));
  EXPECT_EQ(decoder.take().size(), 1U);
}

TEST(MelodyDecoder, WhatNeverEndsIsToldInParts) {
  MelodyDecoder decoder;
  size_t notes = 0;
  uint64_t end = 0;
  for (size_t i = 0; i < 3 * kMostFrames; ++i) {
    decoder.add(at(60));
    for (const VoiceNote& note : decoder.take()) {
      EXPECT_EQ(note.begin, end);
      end = note.end;
      ++notes;
    }
  }
  EXPECT_EQ(notes, 2U);
}

}  // namespace
}  // namespace divisi::melody
