#include <algorithm>
#include <cmath>
#include <optional>

#include "sections/section_finder.h"

namespace divisi::sections {
namespace {

// Being heard twice as often counts as much as being louder by this.
constexpr float kLouderDb = 3;
// Songs seldom begin with their chorus: what is repeated and comes first must be louder by this.
constexpr float kFirstDb = 1.5F;
// Where the voice is known, a hook that is sung all through counts as one that is louder by this.
constexpr float kSungDb = 6;
// Less of a voice is none: a call or a breath.
constexpr float kSung = 0.15F;

struct Group {
  size_t count = 0;
  float rows = 0;      // those that are sung, in a song that is
  float loudness = 0;  // mean over its sections
  float voice = 0;     // the same; 0 where it is not known
};

bool isSung(const Section& section) { return section.voice.value_or(0) >= kSung; }

std::vector<Group> measure(const std::vector<Section>& sections,
                           const std::vector<float>& loudness) {
  std::vector<Group> groups;
  const bool sungSong = std::ranges::any_of(sections, isSung);
  for (size_t i = 0; i < sections.size(); ++i) {
    if (sections[i].group >= groups.size()) groups.resize(sections[i].group + 1);
    Group& group = groups[sections[i].group];
    ++group.count;
    const auto rows = static_cast<float>(sections[i].span.rows());
    group.rows += sungSong ? rows * sections[i].voice.value_or(1) : rows;
    const float weight = 1 / static_cast<float>(group.count);
    group.loudness += weight * (loudness[i] - group.loudness);
    group.voice += weight * (sections[i].voice.value_or(0) - group.voice);
  }
  return groups;
}

/// The repeated group that is loudest, most often heard and most sung; none where there is but one
/// group.
std::optional<size_t> hookOf(const std::vector<Group>& groups) {
  std::optional<size_t> hook;
  if (groups.size() < 2) return hook;
  float best = 0;
  bool isFirst = true;
  for (size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].count < 2) continue;
    const float often = std::log2(static_cast<float>(groups[i].count));
    const float loudness =
        groups[i].loudness + kSungDb * groups[i].voice - (isFirst ? kFirstDb : 0);
    const float value = often + loudness / kLouderDb;
    isFirst = false;
    if (hook && value <= best) continue;
    hook = i;
    best = value;
  }
  return hook;
}

/// Of the groups beside the chorus, the repeated one that lasts longest; else the one that leads to
/// the first chorus, unless it is the song's first of several.
std::optional<size_t> verseOf(const std::vector<Section>& sections,
                              const std::vector<Group>& groups, size_t chorus) {
  std::optional<size_t> verse;
  for (size_t i = 0; i < groups.size(); ++i) {
    if (i == chorus || groups[i].count < 2) continue;
    if (!verse || groups[i].rows > groups[*verse].rows) verse = i;
  }
  if (verse) return verse;
  const auto first = std::ranges::find(sections, chorus, &Section::group);
  if (first != sections.begin()) return std::prev(first)->group;
  // It begins with the chorus.
  return std::next(first)->group != chorus ? std::optional(std::next(first)->group) : std::nullopt;
}

void nameByRepetition(std::vector<Section>& sections, const std::vector<float>& loudness) {
  const std::vector<Group> groups = measure(sections, loudness);
  const std::optional<size_t> chorus = hookOf(groups);
  if (!chorus) return;
  const std::optional<size_t> verse = verseOf(sections, groups, *chorus);
  size_t chorusesSoFar = 0;
  for (size_t i = 0; i < sections.size(); ++i) {
    Section& section = sections[i];
    section.hook = section.group == *chorus;
    if (section.hook) {
      section.name = SectionName::kChorus;
      ++chorusesSoFar;
    } else if (section.group == verse) {
      section.name = SectionName::kVerse;
    } else if (groups[section.group].count > 1) {
      continue;
    } else if (i == 0) {
      section.name = SectionName::kIntro;
    } else if (i + 1 == sections.size()) {
      section.name = SectionName::kOutro;
    } else if (chorusesSoFar > 0) {
      section.name = SectionName::kBridge;
    }
  }
}

}  // namespace

void nameSections(std::vector<Section>& sections, const std::vector<float>& loudness) {
  nameByRepetition(sections, loudness);
  if (std::ranges::none_of(sections, isSung)) return;
  using enum SectionName;
  for (size_t i = 0; i < sections.size(); ++i) {
    if (isSung(sections[i])) continue;
    // A verse or a chorus is sung.
    sections[i].hook = false;
    const bool last = i + 1 == sections.size();
    sections[i].name = i == 0 ? kIntro : last ? kOutro : kInstrumental;
  }
}

}  // namespace divisi::sections
