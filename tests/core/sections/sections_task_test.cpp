// Sections as a task, on songs of known form.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "audio/signals.h"
#include "audio/tonal_song.h"
#include "divisi/sections.h"

namespace divisi::test {
namespace {

// Where a border may lie: the usual tolerance.
constexpr double kTolerance = 3;
constexpr double kSectionSeconds = 12;

std::unique_ptr<TaskStream> opened(const StreamFormat& format) {
  auto task = CompiledTask::withoutModel("sections");
  EXPECT_TRUE(task.ok()) << task.status().message();
  auto stream = task.value()->open(format, "");
  EXPECT_TRUE(stream.ok()) << stream.status().message();
  return std::move(stream.value());
}

struct Heard {
  std::vector<Event> sections;
  std::vector<SectionDetails> details;
};

Heard takeAll(TaskStream& stream) {
  Heard heard = {.sections = pullEvents(stream, kSectionsOutput), .details = {}};
  SectionDetailNumbers numbers{};
  float* const planes[] = {numbers.data()};
  while (stream.pull(kSectionDetailsOutput, planes, 1) > 0) {
    heard.details.push_back(std::bit_cast<SectionDetails>(numbers));
  }
  EXPECT_EQ(heard.details.size(), heard.sections.size());
  return heard;
}

Heard hear(const TonalSong& song, int channelCount = 1, size_t block = 4096) {
  const auto stream = opened({song.sampleRate, channelCount});
  const Status status = pushAll(*stream, song.samples, channelCount, block);
  EXPECT_TRUE(status.ok()) << status.message();
  return takeAll(*stream);
}

/// Twelve chords, a second each. @param kind 'A', 'B' or 'C'. @param up semitones
void playSection(TonalSong& song, char kind, int up = 0, double gain = 0.1) {
  struct Chord {
    int root;
    int third;
  };
  static const std::vector<Chord> kA = {{60, 4}, {69, 3}, {65, 4}, {67, 4}};
  static const std::vector<Chord> kB = {{64, 3}, {62, 4}, {71, 3}, {66, 4}, {61, 3}, {68, 4}};
  static const std::vector<Chord> kC = {{63, 4}, {70, 4}};
  const std::vector<Chord>& chords = kind == 'A' ? kA : kind == 'B' ? kB : kC;
  for (size_t i = 0; i < static_cast<size_t>(kSectionSeconds); ++i) {
    const Chord& chord = chords[i % chords.size()];
    song.play(triad(chord.root + up, chord.third), 1, gain);
  }
}

/// Hiss that starts twice a second, from `begin` seconds on, for a section.
void playDrums(TonalSong& song, double begin) {
  Noise source(3);
  const auto first = static_cast<size_t>(begin * song.sampleRate);
  const auto count = static_cast<size_t>(kSectionSeconds * song.sampleRate);
  for (size_t n = 0; n < count && first + n < song.samples.size(); ++n) {
    const double age = std::fmod(static_cast<double>(n) / song.sampleRate, 0.5);
    song.samples[first + n] += static_cast<float>(0.2 * std::exp(-8 * age) * source.next());
  }
}

TonalSong playForm(const std::string& form, int sampleRate = 22050) {
  TonalSong song = {.sampleRate = sampleRate};
  for (const char kind : form) playSection(song, kind);
  return song;
}

/// That there are borders where the form has them, and no others, and no gaps.
void expectBorders(const std::vector<Event>& sections, size_t count, double seconds) {
  ASSERT_EQ(sections.size(), count);
  EXPECT_EQ(sections.front().start, 0);
  EXPECT_DOUBLE_EQ(sections.back().end, seconds);
  for (size_t i = 1; i < sections.size(); ++i) {
    EXPECT_EQ(sections[i].start, sections[i - 1].end);
    EXPECT_NEAR(sections[i].start, static_cast<double>(i) * kSectionSeconds, kTolerance) << i;
  }
  for (const Event& section : sections) {
    EXPECT_GT(section.confidence, 0);
    EXPECT_LE(section.confidence, 1);
  }
}

std::vector<int> groupsOf(const Heard& heard) {
  std::vector<int> groups;
  for (const Event& section : heard.sections) groups.push_back(static_cast<int>(section.value));
  return groups;
}

std::vector<SectionName> namesOf(const Heard& heard) {
  std::vector<SectionName> names;
  for (const Event& section : heard.sections) {
    names.push_back(static_cast<SectionName>(section.label));
  }
  return names;
}

TEST(SectionsTask, SaysWhatItGives) {
  const auto outputs = opened({})->outputs();
  ASSERT_EQ(outputs.size(), 2U);
  EXPECT_EQ(outputs[kSectionsOutput].kind, OutputKind::kEvents);
  EXPECT_EQ(outputs[kSectionsOutput].labels,
            (std::vector<std::string>{"none", "intro", "verse", "chorus", "bridge", "outro",
                                      "instrumental"}));
  EXPECT_EQ(outputs[kSectionDetailsOutput].labels,
            (std::vector<std::string>{"varied", "hook", "voice"}));
}

TEST(SectionsTask, FindsWhatIsRepeated) {
  for (const std::string form : {"ABA", "ABACA", "ABCA"}) {
    const TonalSong song = playForm(form);
    const Heard heard = hear(song);
    expectBorders(heard.sections, form.size(), song.seconds());
    std::vector<int> want;
    for (const char kind : form) want.push_back(kind - 'A');
    EXPECT_EQ(groupsOf(heard), want) << form;
    for (const SectionDetails& details : heard.details) EXPECT_EQ(details.varied, 0) << form;
  }
}

TEST(SectionsTask, ARepetitionInAnotherKeyIsVaried) {
  TonalSong song = {.sampleRate = 22050};
  playSection(song, 'A');
  playSection(song, 'B');
  playSection(song, 'A', 2);
  const Heard heard = hear(song);
  expectBorders(heard.sections, 3, song.seconds());
  EXPECT_EQ(groupsOf(heard), (std::vector<int>{0, 1, 0}));
  EXPECT_EQ(heard.details[0].varied, 0);
  EXPECT_EQ(heard.details[2].varied, 1);
}

TEST(SectionsTask, WhatIsLoudAndOftenIsTheChorus) {
  TonalSong song = {.sampleRate = 22050};
  const std::string form = "ABABCB";
  for (size_t i = 0; i < form.size(); ++i) {
    playSection(song, form[i], 0, form[i] == 'B' ? 0.2 : 0.1);
    if (form[i] == 'B') playDrums(song, static_cast<double>(i) * kSectionSeconds);
  }
  const Heard heard = hear(song);
  expectBorders(heard.sections, form.size(), song.seconds());
  using enum SectionName;
  EXPECT_EQ(namesOf(heard),
            (std::vector<SectionName>{kVerse, kChorus, kVerse, kChorus, kBridge, kChorus}));
  for (size_t i = 0; i < form.size(); ++i) EXPECT_EQ(heard.details[i].hook, form[i] == 'B') << i;
}

/// Hears a song of two channels, the voice being the second one.
Heard hearWithVoice(const TonalSong& mix, const std::vector<float>& voice) {
  auto task = CompiledTask::withoutModel("sections");
  auto stream = task.value()->open({mix.sampleRate, 2}, R"({"voice": true})");
  EXPECT_TRUE(stream.ok()) << stream.status().message();
  constexpr size_t kBlock = 4096;
  for (size_t at = 0; at < mix.samples.size(); at += kBlock) {
    const float* const channels[] = {mix.samples.data() + at, voice.data() + at};
    const AudioView block = {channels, 2, std::min(kBlock, mix.samples.size() - at)};
    EXPECT_TRUE(stream.value()->push(block).ok());
  }
  EXPECT_TRUE(stream.value()->finish().ok());
  return takeAll(*stream.value());
}

/// A tone in the sections of a form that are written large.
std::vector<float> voiceOf(const TonalSong& mix, const std::string& form, double level) {
  std::vector<float> voice(mix.samples.size());
  for (size_t n = 0; n < voice.size(); ++n) {
    const double seconds = static_cast<double>(n) / mix.sampleRate;
    const auto section = static_cast<size_t>(seconds / kSectionSeconds);
    const bool sings = section < form.size() && form[section] >= 'A' && form[section] <= 'Z';
    if (sings)
      voice[n] = static_cast<float>(level * std::sin(2 * std::numbers::pi * 440 * seconds));
  }
  return voice;
}

TEST(SectionsTask, TheHookIsSungWhereTheVoiceIsKnown) {
  // A is a little louder, and played alone; B is sung.
  TonalSong song = {.sampleRate = 22050};
  const std::string form = "ABABCAB";
  for (const char kind : form) playSection(song, kind, 0, kind == 'A' ? 0.14 : 0.1);
  using enum SectionName;
  const Heard mixAlone = hear(song);
  EXPECT_EQ(mixAlone.details[0].hook, 1);
  EXPECT_EQ(mixAlone.details[0].voice, -1);

  const Heard heard = hearWithVoice(song, voiceOf(song, "aBaBCaB", 0.1));
  EXPECT_EQ(groupsOf(heard), groupsOf(mixAlone));
  ASSERT_EQ(heard.sections.size(), form.size());
  EXPECT_EQ(namesOf(heard), (std::vector<SectionName>{kIntro, kChorus, kInstrumental, kChorus,
                                                      kBridge, kInstrumental, kChorus}));
  for (size_t i = 0; i < form.size(); ++i) {
    EXPECT_EQ(heard.details[i].hook, form[i] == 'B') << i;
    EXPECT_NEAR(heard.details[i].voice, form[i] == 'A' ? 0 : 1, 0.2) << i;
  }
}

TEST(SectionsTask, WhatLeaksIntoTheVoiceIsNoVoice) {
  TonalSong song = playForm("ABABCB");
  const Heard alone = hear(song);
  const Heard heard = hearWithVoice(song, voiceOf(song, "ABABCB", 0.002));
  EXPECT_EQ(namesOf(heard), namesOf(alone));
  for (const SectionDetails& details : heard.details) EXPECT_EQ(details.voice, 0);
}

TEST(SectionsTask, RateChannelsAndBlocksDoNotMatter) {
  const Heard want = hear(playForm("ABA"));
  for (const auto& [rate, channels] : {std::pair(8000, 1), {44100, 2}, {48000, 6}}) {
    const TonalSong song = playForm("ABA", rate);
    const Heard got = hear(song, channels, 1000);
    expectBorders(got.sections, 3, song.seconds());
    EXPECT_EQ(groupsOf(got), groupsOf(want)) << rate;
  }
  // The same audio in one block, bit for bit.
  const TonalSong song = playForm("ABA");
  const Heard whole = hear(song, 1, song.samples.size());
  ASSERT_EQ(whole.sections.size(), want.sections.size());
  for (size_t i = 0; i < want.sections.size(); ++i) {
    EXPECT_EQ(whole.sections[i].start, want.sections[i].start);
    EXPECT_EQ(whole.sections[i].confidence, want.sections[i].confidence);
  }
}

TEST(SectionsTask, SilenceHasNoSections) {
  for (const double seconds : {0.0, 0.01, 20.0}) {
    TonalSong song;
    song.rest(seconds);
    EXPECT_TRUE(hear(song).sections.empty()) << seconds;
  }
}

TEST(SectionsTask, AShortSoundIsOneSection) {
  for (const double seconds : {0.1, 0.3, 5.0, 12.0}) {
    TonalSong song;
    song.play(triad(60, 4), seconds);
    const Heard heard = hear(song);
    ASSERT_EQ(heard.sections.size(), 1U) << seconds;
    EXPECT_EQ(heard.sections[0].start, 0);
    EXPECT_DOUBLE_EQ(heard.sections[0].end, song.seconds());
    EXPECT_EQ(heard.sections[0].label, static_cast<int>(SectionName::kNone));
    EXPECT_EQ(heard.details[0].hook, 0);
  }
}

TEST(SectionsTask, SilenceAroundASongIsPartOfItsFirstAndLastSection) {
  TonalSong song = {.sampleRate = 22050};
  song.rest(9);
  playSection(song, 'A');
  playSection(song, 'B');
  song.rest(9);
  const Heard heard = hear(song);
  for (size_t i = 1; i < heard.sections.size(); ++i) {
    EXPECT_GT(heard.sections[i].start, 9 + 6);
    EXPECT_LT(heard.sections[i].start, song.seconds() - 9 - 6);
  }
}

TEST(SectionsTask, OptionsAreRefused) {
  auto task = CompiledTask::withoutModel("sections");
  ASSERT_TRUE(task.ok());
  const auto unknown = task.value()->open({}, R"({"least": 4})");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.status().code(), StatusCode::kBadOption);
  EXPECT_NE(unknown.status().message().find("least"), std::string::npos);
  const auto voice = task.value()->open({.channelCount = 1}, R"({"voice": true})");
  ASSERT_FALSE(voice.ok());
  EXPECT_EQ(voice.status().code(), StatusCode::kBadOption);
  EXPECT_NE(voice.status().message().find("voice"), std::string::npos);
  const auto rate = task.value()->open({.sampleRate = 100}, "");
  ASSERT_FALSE(rate.ok());
  EXPECT_EQ(rate.status().code(), StatusCode::kBadAudio);
}

TEST(SectionsTask, NanIsRefusedAndTheStreamGoesOn) {
  const auto stream = opened({22050, 1});
  std::vector<float> bad(100);
  bad[7] = std::nanf("");
  const float* channel = bad.data();
  EXPECT_EQ(stream->push({&channel, 1, bad.size()}).code(), StatusCode::kBadAudio);
  EXPECT_TRUE(pushAll(*stream, playForm("AB").samples).ok());
  EXPECT_EQ(stream->finish().code(), StatusCode::kClosed);
}

}  // namespace
}  // namespace divisi::test
