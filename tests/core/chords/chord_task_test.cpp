// Chords as a task, on songs whose chords are known.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "audio/signals.h"
#include "chords/crema.h"

namespace divisi::test {
namespace {

/// C, A minor, F, G, twice 8 s, with the tuning.
TonalSong fourChords(int sampleRate, double cents) {
  TonalSong song = {.sampleRate = sampleRate, .cents = cents};
  for (int i = 0; i < 2; ++i) {
    song.play(triad(60, 4), 2);
    song.play(triad(57, 3), 2);
    song.play(triad(65, 4), 2);
    song.play(triad(67, 4), 2);
  }
  return song;
}

/// Seconds of the song that have the chord which was played.
double rightSeconds(const HeardChords& heard) {
  const char* const played[] = {"C:maj", "A:min", "F:maj", "G:maj"};
  double right = 0;
  for (const NamedChord& chord : heard.chords) {
    for (int i = 0; i < 8; ++i) {
      if (chord.label != played[i % 4]) continue;
      right += std::max(0.0, std::min(chord.end, 2.0 * (i + 1)) - std::max(chord.start, 2.0 * i));
    }
  }
  return right;
}

TEST(ChordTask, SaysWhatItGives) {
  const auto stream = openChords({});
  ASSERT_EQ(stream->outputs().size(), 2U);
  const Output& chords = stream->outputs()[kChordsOutput];
  EXPECT_EQ(chords.name, "chords");
  EXPECT_EQ(chords.kind, OutputKind::kEvents);
  EXPECT_EQ(chords.labels.size(), 170U);
  EXPECT_EQ(chords.labels[0], "A#:7");
  const Output& tuning = stream->outputs()[kChordTuningOutput];
  EXPECT_EQ(tuning.name, "tuning");
  EXPECT_EQ(tuning.width, 1);
}

TEST(ChordTask, HearsChordsAtAnyRateTuningAndChannelCount) {
  for (const double cents : {0.0, 40.0, -45.0}) {
    for (const int rate : {22050, 44100, 48000}) {
      const HeardChords heard =
          hearChords(fourChords(rate, cents), "", rate == 48000 ? 2 : 1, 1111);
      EXPECT_NEAR(heard.tuningCents, cents, 1) << rate;
      // Of 16 s; borders are off by a frame or two.
      EXPECT_GE(rightSeconds(heard), 14) << rate << " Hz, " << cents << " cents";
    }
  }
}

TEST(ChordTask, ChordsFollowEachOtherFromStartToEnd) {
  const TonalSong song = fourChords(44100, 0);
  const HeardChords heard = hearChords(song);
  ASSERT_FALSE(heard.chords.empty());
  double end = 0;
  for (const NamedChord& chord : heard.chords) {
    EXPECT_EQ(chord.start, end);
    EXPECT_GT(chord.end, chord.start);
    EXPECT_GT(chord.confidence, 0);
    EXPECT_LE(chord.confidence, 1);
    end = chord.end;
  }
  EXPECT_DOUBLE_EQ(end, song.seconds());
}

TEST(ChordTask, TheBassOfAnInversionIsTold) {
  TonalSong song;
  for (int i = 0; i < 4; ++i) {
    song.play({40, 52, 60, 67, 72}, 2);  // C over E
    song.play({41, 53, 60, 65, 69}, 2);  // F
  }
  const HeardChords heard = hearChords(song, R"({"tuningCents": 0})");
  const bool inverted = std::ranges::any_of(heard.chords, [](const NamedChord& chord) {
    return chord.label == "C:maj" && chord.bass == 4;
  });
  EXPECT_TRUE(inverted);
}

TEST(ChordTask, SilenceHasNoChord) {
  TonalSong song;
  song.rest(5);
  const HeardChords heard = hearChords(song);
  ASSERT_EQ(heard.chords.size(), 1U);
  EXPECT_EQ(heard.chords[0].label, "N");
  EXPECT_EQ(heard.chords[0].bass, -1);
  EXPECT_DOUBLE_EQ(heard.chords[0].end, 5);
}

TEST(ChordTask, SilenceAroundChordsHasNone) {
  TonalSong song;
  song.rest(3);
  song.play(triad(60, 4), 4);
  song.rest(3);
  const HeardChords heard = hearChords(song);
  ASSERT_GE(heard.chords.size(), 3U);
  EXPECT_EQ(heard.chords.front().label, "N");
  EXPECT_NEAR(heard.chords.front().end, 3, 0.2);
  EXPECT_EQ(heard.chords.back().label, "N");
  EXPECT_NEAR(heard.chords.back().start, 7, 0.2);
}

TEST(ChordTask, ShortAudioIsWhole) {
  for (const size_t frames : {size_t{0}, size_t{1}, size_t{4095}}) {
    TonalSong song;
    song.samples = noise(frames, 1);
    EXPECT_TRUE(hearChords(song).chords.empty()) << frames;
  }
  TonalSong song;
  song.play(triad(60, 4), 0.2);
  const HeardChords heard = hearChords(song);
  ASSERT_FALSE(heard.chords.empty());
  EXPECT_DOUBLE_EQ(heard.chords.back().end, song.seconds());
}

TEST(ChordTask, ASongLongerThanWhatIsHeldBackIsHeardToItsEnd) {
  // 40 s, the first 2 of them silent: the tuning is known after 32 s.
  TonalSong song = {.sampleRate = 44100, .cents = 30};
  song.rest(2);
  for (int i = 0; i < 19; ++i) song.play(triad(i % 2 == 0 ? 60 : 65, 4), 2);
  const HeardChords heard = hearChords(song);
  EXPECT_NEAR(heard.tuningCents, 30, 1);
  for (int i = 0; i < 19; ++i) {
    const double middle = 2 * i + 3;
    const auto at = std::ranges::find_if(heard.chords, [&](const NamedChord& chord) {
      return chord.start <= middle && middle < chord.end;
    });
    ASSERT_NE(at, heard.chords.end());
    EXPECT_EQ(at->label, i % 2 == 0 ? "C:maj" : "F:maj") << "at " << middle << " s";
  }
}

TEST(ChordTask, StreamsShareTheNetworkInTurns) {
  const TonalSong song = fourChords(44100, 0);
  const auto first = openChords({44100, 1});
  const auto second = openChords({44100, 1});
  for (size_t begin = 0; begin + 4096 <= song.samples.size(); begin += 4096) {
    const float* samples = song.samples.data() + begin;
    ASSERT_TRUE(first->push({&samples, 1, 4096}).ok());
    ASSERT_TRUE(second->push({&samples, 1, 4096}).ok());
  }
  ASSERT_TRUE(first->finish().ok());
  ASSERT_TRUE(second->finish().ok());
  const std::vector<Event> a = pullEvents(*first, kChordsOutput);
  const std::vector<Event> b = pullEvents(*second, kChordsOutput);
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].label, b[i].label);
    EXPECT_EQ(a[i].confidence, b[i].confidence);
  }
}

TEST(ChordTask, BadOptionsAndLiveAreNamed) {
  auto task = CompiledTask::compile(crema());
  ASSERT_TRUE(task.ok());
  struct Bad {
    std::string options;
    std::string words;
  };
  for (const Bad& bad :
       {Bad{R"({"tuningCents": 51})", "tuningCents"}, Bad{R"({"tuningCents": "0"})", "got '0'"},
        Bad{R"({"beats": []})", "beats"}, Bad{"[]", "object"}}) {
    const auto stream = task.value()->open({}, bad.options);
    ASSERT_FALSE(stream.ok()) << bad.options;
    EXPECT_EQ(stream.status().code(), StatusCode::kBadOption);
    EXPECT_NE(stream.status().message().find(bad.words), std::string::npos)
        << stream.status().message();
  }
  EXPECT_EQ(task.value()->open({.sampleRate = 1}, "").status().code(), StatusCode::kBadAudio);
  const auto live = CompiledTask::compile(crema(), {.live = true});
  ASSERT_FALSE(live.ok());
  EXPECT_EQ(live.status().code(), StatusCode::kUnsupported);
}

}  // namespace
}  // namespace divisi::test
