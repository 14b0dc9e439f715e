// Groups and names of sections whose alikeness and loudness are given, and rows of long songs.
#include "sections/section_finder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "audio/signals.h"

namespace divisi::sections {
namespace {

/// Sections of 20 rows each: a letter a section.
std::vector<Section> grouped(const std::string& letters) {
  std::vector<Section> sections;
  for (const char letter : letters) {
    const size_t first = 20 * sections.size();
    sections.push_back(
        {.span = {.first = first, .end = first + 20}, .group = static_cast<size_t>(letter - 'A')});
  }
  return sections;
}

/// @param loudness of each letter from A on
std::string named(const std::string& letters, const std::vector<float>& loudness) {
  std::vector<Section> sections = grouped(letters);
  std::vector<float> levels;
  for (const Section& section : sections) levels.push_back(loudness[section.group]);
  nameSections(sections, levels);
  std::string names;
  for (const Section& section : sections) {
    names += "-ivcbo"[static_cast<size_t>(section.name)];
    EXPECT_EQ(section.hook, section.name == SectionName::kChorus);
  }
  return names;
}

TEST(SectionNames, FollowFromOrderRepetitionAndLoudness) {
  EXPECT_EQ(named("ABCBCDCE", {40, 45, 50, 44, 40}), "ivcvcbco");
  // Loudness decides between two that are as frequent; else the one that doesn't come first.
  EXPECT_EQ(named("ABAB", {40, 50}), "vcvc");
  EXPECT_EQ(named("ABAB", {50, 40}), "cvcv");
  EXPECT_EQ(named("ABAB", {45, 45}), "vcvc");
  // How often decides where they are as loud.
  EXPECT_EQ(named("ABBABB", {45, 45}), "vccvcc");
  // Of two repeated ones beside the chorus, one is left without a name.
  EXPECT_EQ(named("ABCABCC", {40, 40, 50}), "v-cv-cc");
}

TEST(SectionNames, WithoutContrastThereAreNone) {
  EXPECT_EQ(named("AAAA", {50}), "----");
  EXPECT_EQ(named("ABC", {40, 50, 45}), "---");
  EXPECT_EQ(named("A", {50}), "-");
}

std::vector<std::vector<Alike>> scores(const std::vector<std::vector<float>>& values) {
  std::vector<std::vector<Alike>> alike;
  for (const auto& row : values) {
    auto& line = alike.emplace_back();
    for (const float value : row) line.push_back({.score = value});
  }
  return alike;
}

TEST(SectionGroups, JoinWhatIsAlikeOnAverage) {
  std::vector<Section> sections = grouped("AAAA");
  // The third is a little like both, the second and fourth repeat each other.
  auto alike = scores({{1, -0.3F, 0.5F, -0.2F},
                       {-0.3F, 1, 0.2F, 0.9F},
                       {0.5F, 0.2F, 1, 0.0F},
                       {-0.2F, 0.9F, 0.0F, 1}});
  alike[2][0].transposition = 3;
  alike[0][2].transposition = 9;
  groupSections(sections, alike);
  std::string groups;
  for (const Section& section : sections) groups += static_cast<char>('A' + section.group);
  EXPECT_EQ(groups, "ABAB");
  EXPECT_FALSE(sections[0].varied);
  EXPECT_TRUE(sections[2].varied);  // in another key
  EXPECT_FALSE(sections[3].varied);
  // The third is nearer to the other group than the first and the fourth are.
  EXPECT_LT(sections[2].confidence, sections[0].confidence);
  EXPECT_LT(sections[2].confidence, sections[3].confidence);
}

TEST(SongRows, TakeNoMoreMemoryForLongSongs) {
  auto song = SongRows::create();
  ASSERT_TRUE(song.ok());
  SongRows& rows = *song.value();
  const std::vector<float> minute = test::noise(size_t{60} * kSampleRate, 5);
  double seconds = 0;
  for (int i = 0; i < 11; ++i, seconds += 60) {
    ASSERT_TRUE(rows.push(minute.data(), minute.size()));
    ASSERT_LT(rows.count(), SongRows::kMostRows);
  }
  ASSERT_TRUE(rows.finish());
  // Halved at 9.9 minutes.
  EXPECT_NEAR(rows.rowSeconds(), 2 * 8192.0 / kSampleRate, 1e-9);
  EXPECT_NEAR(rows.secondsOf(rows.count()), seconds, rows.rowSeconds());
  // Means of noise are the same all along, however many frames are in them.
  const auto levelOf = [&](size_t row) {
    float sum = 0;
    for (const float level : rows.mel(row)) sum += level / kBands;
    return sum;
  };
  EXPECT_NEAR(levelOf(3), levelOf(rows.count() - 1), 0.5);  // dB
}

}  // namespace
}  // namespace divisi::sections
