#include "chords/chord_decoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "chords/frame_levels.h"

namespace divisi::chords {
namespace {

ChordDocument smallDocument() {
  ChordDocument document;
  document.stay = 0.9;
  document.change = 0.05;
  document.labels = {"C:maj", "Bb:min7", "N"};
  document.noChord = 2;
  return document;
}

struct Frame {
  std::vector<float> chords;
  int bass;
  bool silent = false;
};

std::vector<Event> decoded(const std::vector<Frame>& frames) {
  ChordDecoder decoder(smallDocument());
  for (const Frame& frame : frames) {
    std::vector<float> bass(13, 0.01F);
    bass[static_cast<size_t>(frame.bass)] = 0.88F;
    EXPECT_TRUE(decoder.add(frame.chords, bass, frame.silent));
  }
  return decoder.finish(0.5, 0.5 * static_cast<double>(frames.size()) + 0.1);
}

TEST(ChordDecoder, ASingleFrameDoesNotMakeAChord) {
  const Frame c = {{0.8F, 0.1F, 0.1F}, 0};
  const Frame other = {{0.3F, 0.6F, 0.1F}, 0};
  const auto chords = decoded({c, c, other, c, c});
  ASSERT_EQ(chords.size(), 1U);
  EXPECT_EQ(chords[0].label, 0);
  EXPECT_EQ(chords[0].start, 0);
  EXPECT_DOUBLE_EQ(chords[0].end, 2.6);
  // The mean of 0.8 four times and 0.3.
  EXPECT_NEAR(chords[0].confidence, 0.7, 0.005);
}

TEST(ChordDecoder, FollowsALastingChange) {
  const Frame c = {{0.8F, 0.1F, 0.1F}, 0};
  const Frame other = {{0.1F, 0.8F, 0.1F}, 10};
  const auto chords = decoded({c, c, c, other, other, other});
  ASSERT_EQ(chords.size(), 2U);
  EXPECT_DOUBLE_EQ(chords[0].end, 1.5);
  EXPECT_DOUBLE_EQ(chords[1].start, 1.5);
  EXPECT_EQ(chords[1].label, 1);
  EXPECT_EQ(chords[1].value, 10);  // its root, B flat
}

TEST(ChordDecoder, SilenceWinsOverTheNetwork) {
  Frame c = {{0.9F, 0.05F, 0.05F}, 0};
  Frame silent = c;
  silent.silent = true;
  const auto chords = decoded({silent, silent, c, c, c, silent, silent});
  ASSERT_EQ(chords.size(), 3U);
  EXPECT_EQ(chords[0].label, 2);
  EXPECT_EQ(chords[0].value, -1);
  EXPECT_EQ(chords[0].confidence, 1);
  EXPECT_EQ(chords[1].label, 0);
  EXPECT_EQ(chords[2].label, 2);
}

TEST(ChordDecoder, OnlyNotesOfTheChordAreItsBass) {
  EXPECT_EQ(decoded({{{1, 0, 0}, 4}})[0].value, 4);   // C over E
  EXPECT_EQ(decoded({{{1, 0, 0}, 7}})[0].value, 7);   // over G
  EXPECT_EQ(decoded({{{1, 0, 0}, 2}})[0].value, 0);   // D is none of its notes
  EXPECT_EQ(decoded({{{1, 0, 0}, 12}})[0].value, 0);  // no bass was heard
  EXPECT_EQ(decoded({{{0, 1, 0}, 8}})[0].value, 8);   // Bb:min7 over its seventh
}

TEST(ChordDecoder, NothingHasNoChords) { EXPECT_TRUE(decoded({}).empty()); }

TEST(ChordNotes, OfHartesLabels) {
  EXPECT_EQ(chordNotes("C:maj").root, 0);
  EXPECT_EQ(chordNotes("F#:hdim7").root, 6);
  EXPECT_EQ(chordNotes("F#:hdim7").degrees, (std::vector<int>{0, 3, 6, 10}));
  EXPECT_EQ(chordNotes("Cb:min").root, 11);
  EXPECT_EQ(chordNotes("B:sus4").degrees, (std::vector<int>{0, 5, 7}));
  EXPECT_TRUE(chordNotes("B:13").degrees.empty());
  for (const char* label : {"N", "X", "", ":maj", "H:maj", "C?:maj", " :maj"}) {
    EXPECT_EQ(chordNotes(label).root, -1) << label;
  }
}

TEST(FrameLevels, SilenceIs50DbBelowTheLoudest) {
  FrameLevels levels(4);
  // Frames are centred on multiples of the hop: the first has half of its samples before the song.
  const float quiet = 2e-3F;   // -54 dB
  const float played = 5e-3F;  // -46 dB
  const std::vector<float> samples = {1,     1,      quiet,  quiet,  quiet,
                                      quiet, played, played, played, played};
  EXPECT_TRUE(levels.add({samples.data(), 3}));
  EXPECT_TRUE(levels.add({samples.data() + 3, 7}));
  EXPECT_TRUE(levels.finish());
  EXPECT_FALSE(levels.isSilent(0));
  EXPECT_TRUE(levels.isSilent(1));
  EXPECT_FALSE(levels.isSilent(2));
  EXPECT_TRUE(levels.isSilent(3));  // nothing of it came
  EXPECT_TRUE(levels.isSilent(9));
}

TEST(FrameLevels, AllOfSilenceIsSilent) {
  FrameLevels levels(4);
  const std::vector<float> samples(20);
  EXPECT_TRUE(levels.add(samples));
  for (size_t frame = 0; frame < 5; ++frame) EXPECT_TRUE(levels.isSilent(frame));
}

}  // namespace
}  // namespace divisi::chords
