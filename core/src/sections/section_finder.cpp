#include "sections/section_finder.h"

#include <numeric>

namespace divisi::sections {
namespace {

/// The mean over each section.
std::vector<float> loudnessOf(const SongFeatures& song, const std::vector<Section>& sections) {
  std::vector<float> loudness;
  for (const Section& section : sections) {
    const auto begin = song.loudness.begin();
    const float sum = std::accumulate(begin + static_cast<std::ptrdiff_t>(section.span.first),
                                      begin + static_cast<std::ptrdiff_t>(section.span.end), 0.0F);
    loudness.push_back(sum / static_cast<float>(section.span.rows()));
  }
  return loudness;
}

}  // namespace

Result<std::vector<Section>> findSections(const SongRows& rows, const VoiceLevels* voice) {
  std::vector<Section> sections;
  if (!rows.heard()) return sections;
  const SongFeatures song = featuresOf(rows);
  auto found = boundariesOf(song);
  if (!found.ok()) return found.status();
  const std::vector<Boundary>& boundaries = found.value();
  std::vector<Span> spans;
  size_t first = 0;
  for (const Boundary& boundary : boundaries) {
    spans.push_back({.first = first, .end = boundary.row});
    first = boundary.row;
  }
  spans.push_back({.first = first, .end = song.rows});
  for (const Span& span : spans) sections.push_back({.span = span});
  if (song.rows == 0) {
    // Shorter than a row.
    sections.front().confidence = 1;
    return sections;
  }
  groupSections(sections, compareSections(song, spans));
  for (size_t i = 0; i < sections.size(); ++i) {
    // The song's start and end are certain.
    const float start = i == 0 ? 1 : boundaries[i - 1].strength;
    const float end = i == boundaries.size() ? 1 : boundaries[i].strength;
    sections[i].confidence *= 0.5F * (start + end);
  }
  for (Section& section : sections) {
    if (voice == nullptr) break;
    section.voice =
        voice->shareOf(rows.secondsOf(section.span.first), rows.secondsOf(section.span.end));
  }
  nameSections(sections, loudnessOf(song, sections));
  return sections;
}

}  // namespace divisi::sections
