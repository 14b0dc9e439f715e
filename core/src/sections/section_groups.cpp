#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sections/section_finder.h"

namespace divisi::sections {
namespace {

// Sections are of one group from this score on; from 0.1 to 0.3 the same within 0.02 on songs made
// for this.
constexpr float kSame = 0.15F;
// Repetitions that are alike less than this are varied.
constexpr float kExact = 0.3F;
// How much better a group must be than the next for one to be surer of it by a factor of e.
constexpr float kSureness = 0.15F;

using Members = std::vector<size_t>;
using Scores = std::vector<std::vector<Alike>>;

float meanScore(const Scores& alike, const Members& a, const Members& b) {
  float sum = 0;
  for (const size_t i : a) {
    for (const size_t j : b) sum += alike[i][j].score;
  }
  return sum / static_cast<float>(a.size() * b.size());
}

/// Joins the two groups that are most alike until none are alike enough.
std::vector<Members> groupsOf(const Scores& alike) {
  std::vector<Members> groups(alike.size());
  for (size_t i = 0; i < groups.size(); ++i) groups[i] = {i};
  // Means of pairs of groups, kept up to date: of a joined pair they are weighted means.
  std::vector<std::vector<float>> scores(groups.size(), std::vector<float>(groups.size()));
  for (size_t i = 0; i < groups.size(); ++i) {
    for (size_t j = 0; j < groups.size(); ++j) scores[i][j] = alike[i][j].score;
  }
  for (;;) {
    size_t a = 0;
    size_t b = 0;
    float best = kSame;
    for (size_t i = 0; i < groups.size(); ++i) {
      if (groups[i].empty()) continue;
      for (size_t j = 0; j < i; ++j) {
        if (groups[j].empty() || scores[i][j] < best) continue;
        best = scores[i][j];
        a = j;
        b = i;
      }
    }
    if (a == b) break;
    const auto sizeA = static_cast<float>(groups[a].size());
    const auto sizeB = static_cast<float>(groups[b].size());
    for (size_t k = 0; k < groups.size(); ++k) {
      scores[a][k] = scores[k][a] = (sizeA * scores[a][k] + sizeB * scores[b][k]) / (sizeA + sizeB);
    }
    groups[a].insert(groups[a].end(), groups[b].begin(), groups[b].end());
    groups[b].clear();
  }
  // As the first of each comes.
  std::erase_if(groups, [](const Members& group) { return group.empty(); });
  for (Members& group : groups) std::ranges::sort(group);
  std::ranges::sort(groups, {}, [](const Members& group) { return group.front(); });
  return groups;
}

/// How sure it is that a section is of its group, 0 to 1: by how much it is more like it than like
/// the next group.
float surenessOf(size_t section, const std::vector<Members>& groups, size_t own,
                 const Scores& alike) {
  Members others = groups[own];
  std::erase(others, section);
  // Alone, or the only one: the limit stands in for what it is compared with.
  const float ownScore = others.empty() ? kSame : meanScore(alike, {section}, others);
  float next = groups.size() > 1 ? std::numeric_limits<float>::lowest() : kSame;
  for (size_t group = 0; group < groups.size(); ++group) {
    if (group != own) next = std::max(next, meanScore(alike, {section}, groups[group]));
  }
  return 1 / (1 + std::exp((next - ownScore) / kSureness));
}

}  // namespace

void groupSections(std::vector<Section>& sections, const Scores& alike) {
  const std::vector<Members> groups = groupsOf(alike);
  for (size_t group = 0; group < groups.size(); ++group) {
    for (const size_t i : groups[group]) {
      const Alike& first = alike[i][groups[group].front()];
      sections[i].group = group;
      sections[i].varied = first.transposition != 0 || first.score < kExact;
      sections[i].confidence = surenessOf(i, groups, group, alike);
    }
  }
}

}  // namespace divisi::sections
