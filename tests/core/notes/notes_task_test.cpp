// Notes as a task, on songs whose notes are known.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "audio/signals.h"
#include "notes/notes_run.h"

namespace divisi::test {
namespace {

struct Melody {
  TonalSong song;
  std::vector<PlayedNote> played;
};

/// A scale of single notes and two chords, 6 s.
Melody melody(int sampleRate) {
  Melody made = {.song = {.sampleRate = sampleRate}, .played = {}};
  const auto play = [&](const Notes& notes, double seconds) {
    const double start = made.song.seconds();
    made.song.play(notes, seconds, 0.2);
    for (const int pitch : notes) made.played.push_back({start, start + seconds, pitch});
  };
  made.song.rest(0.5);
  for (const int pitch : {60, 62, 64, 65, 67, 69, 71, 72}) play({pitch}, 0.4);
  play({57, 60, 64}, 1);
  play({53, 57, 60}, 1);
  made.song.rest(0.5);
  return made;
}

TEST(NotesTask, SaysWhatItGives) {
  const auto stream = openNotes({});
  ASSERT_EQ(stream->outputs().size(), 3U);
  EXPECT_EQ(stream->outputs()[kNotesOutput].name, "notes");
  EXPECT_EQ(stream->outputs()[kNotesOutput].kind, OutputKind::kEvents);
  EXPECT_EQ(stream->outputs()[kNoteShapesOutput].name, "shapes");
  EXPECT_EQ(stream->outputs()[kNoteShapesOutput].width, 2);
  EXPECT_EQ(stream->outputs()[kNoteBendsOutput].name, "bends");
  EXPECT_EQ(stream->outputs()[kNoteBendsOutput].width, 1);
}

TEST(NotesTask, HearsNotesAtAnyRateAndChannelCount) {
  for (const int rate : {22050, 44100, 48000, 96000}) {
    const Melody made = melody(rate);
    const auto heard = hearNotes(made.song, "", rate == 48000 ? 2 : 1);
    // All 14 notes are found; of these bare tones, some fifth partials are told as notes, too.
    EXPECT_GE(shareFound(made.played, heard, 0.03), 0.99) << rate;
    EXPECT_GE(noteF(made.played, heard, 0.03), 0.7) << rate;
    for (const HeardNote& note : heard) {
      EXPECT_GT(note.end, note.start);
      EXPECT_LE(note.end, made.song.seconds());
      EXPECT_GE(note.velocity, 1);
      EXPECT_LE(note.velocity, 127);
      EXPECT_GT(note.confidence, 0);
      EXPECT_LE(note.confidence, 1);
      EXPECT_FALSE(note.bends.empty());
      for (const float bend : note.bends) EXPECT_LE(std::abs(bend), 2);
    }
  }
}

TEST(NotesTask, EndsNotesWhereTheyEnd) {
  const Melody made = melody(44100);
  size_t right = 0;
  for (const HeardNote& note : hearNotes(made.song)) {
    right += std::ranges::any_of(made.played, [&](const PlayedNote& want) {
      return note.pitch == want.pitch && std::abs(note.start - want.start) < 0.05 &&
             std::abs(note.end - want.end) < 0.2 * (want.end - want.start);
    });
  }
  EXPECT_GE(right, made.played.size() * 3 / 4);
}

TEST(NotesTask, IsTheSameWhateverTheBlocks) {
  const Melody made = melody(44100);
  for (const char* const options : {"", R"({"mode": "reference"})"}) {
    const auto whole = hearNotes(made.song, options, 1, made.song.samples.size());
    ASSERT_GE(whole.size(), 10U);
    for (const size_t block : {size_t{1021}, size_t{4096}, size_t{44117}}) {
      const auto parts = hearNotes(made.song, options, 1, block);
      ASSERT_EQ(parts.size(), whole.size()) << options << block;
      for (size_t i = 0; i < whole.size(); ++i) {
        EXPECT_EQ(parts[i].start, whole[i].start);
        EXPECT_EQ(parts[i].end, whole[i].end);
        EXPECT_EQ(parts[i].pitch, whole[i].pitch);
        EXPECT_EQ(parts[i].velocity, whole[i].velocity);
        EXPECT_EQ(parts[i].bends, whole[i].bends);
      }
    }
  }
}

TEST(NotesTask, NotesComeWhileAudioGoesIn) {
  const Melody made = melody(44100);
  const auto stream = openNotes({44100, 1});
  std::vector<HeardNote> notes;
  const float* const channels[] = {made.song.samples.data()};
  // Twice: what comes of the first is there before the end of the second.
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(stream->push({channels, 1, made.song.samples.size()}).ok());
  }
  pullNotes(*stream, notes);
  EXPECT_GE(notes.size(), 8U);
}

TEST(NotesTask, SensitivityGivesMoreNotes) {
  const Melody made = melody(44100);
  const size_t few = hearNotes(made.song, R"({"sensitivity": 0})").size();
  const size_t usual = hearNotes(made.song).size();
  const size_t many = hearNotes(made.song, R"({"sensitivity": 1})").size();
  EXPECT_LE(few, usual);
  EXPECT_LT(usual, many);
  EXPECT_LT(few, many);
}

TEST(NotesTask, PitchesOutsideOfTheRangeAreLeftOut) {
  const Melody made = melody(44100);
  for (const std::string mode : {"default", "reference"}) {
    const auto notes =
        hearNotes(made.song, R"({"minPitch": 60, "maxPitch": 66, "mode": ")" + mode + "\"}");
    ASSERT_FALSE(notes.empty());
    for (const HeardNote& note : notes) {
      EXPECT_GE(note.pitch, 60);
      EXPECT_LE(note.pitch, 66);
    }
  }
}

TEST(NotesTask, SilenceAndShortAudioHaveNoNotes) {
  for (const size_t frames : {size_t{1}, size_t{100}, size_t{44100}, size_t{200000}}) {
    TonalSong song;
    song.samples.resize(frames);
    EXPECT_TRUE(hearNotes(song).empty()) << frames;
    EXPECT_TRUE(hearNotes(song, R"({"mode": "reference"})").empty()) << frames;
  }
}

TEST(NotesTask, BadOptionsAreNamed) {
  const struct {
    const char* json;
    const char* message;
  } cases[] = {
      {R"({"sensitivity": 1.5})", "sensitivity must be"},
      {R"({"sensitivity": "high"})", "sensitivity must be"},
      {R"({"minPitch": 20})", "minPitch must be"},
      {R"({"minPitch": 60, "maxPitch": 59})", "maxPitch must be"},
      {R"({"mode": "best"})", "mode must be 'default' or 'reference'"},
      {R"({"mode": "reference", "sensitivity": 0.5})", "sensitivity has no meaning"},
      {R"({"onset": 0.5})", "onset"},
      {"[]", "object"},
  };
  for (const auto& [json, message] : cases) {
    const auto stream = notesTask().open({}, json);
    ASSERT_FALSE(stream.ok()) << json;
    EXPECT_EQ(stream.status().code(), StatusCode::kBadOption) << json;
    EXPECT_NE(stream.status().message().find(message), std::string::npos)
        << stream.status().message();
  }
}

TEST(NotesTask, HasNoLiveForm) {
  const auto task = CompiledTask::compile(basicPitch(), {.live = true});
  ASSERT_FALSE(task.ok());
  EXPECT_EQ(task.status().code(), StatusCode::kUnsupported);
}

TEST(NotesTask, BadAudioIsNamedAndTakesNothing) {
  const auto stream = openNotes({44100, 1});
  std::vector<float> samples(1000, 0.1F);
  samples[500] = NAN;
  const float* const channels[] = {samples.data()};
  const Status status = stream->push({channels, 1, samples.size()});
  EXPECT_EQ(status.code(), StatusCode::kBadAudio);
  EXPECT_NE(status.message().find("500"), std::string::npos) << status.message();
}

}  // namespace
}  // namespace divisi::test
