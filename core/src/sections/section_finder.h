// The sections of a song, from its rows: where they lie, which are alike, and what they may be.
//
//   Result<std::vector<Section>> find(const SongRows& song) { return findSections(song, nullptr); }
//
// Boundaries are where novelty is highest (novelty.h); what lies between them is compared, each
// with each (alikeness.h), and grouped by that (average linkage). The hook is the group that is
// loud and often heard, and sung where the song is; names follow from it, and from the order of
// sections.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "divisi/sections.h"
#include "divisi/status.h"
#include "sections/alikeness.h"
#include "sections/features/voice_levels.h"
#include "sections/novelty.h"

namespace divisi::sections {

struct Section {
  Span span = {};
  size_t group = 0;  ///< sections that are alike have the same; counted as they come
  bool varied = false;
  bool hook = false;
  SectionName name = SectionName::kNone;
  std::optional<float> voice = {};  ///< the share that is sung, where that is known
  float confidence = 0;
};

/// @param voice null: not known.
/// @return sections without gaps over all rows; none in silence. kOutOfMemory.
Result<std::vector<Section>> findSections(const SongRows& song, const VoiceLevels* voice);

/// Gives `group`, `varied`, and of `confidence` how sure the group is.
void groupSections(std::vector<Section>& sections, const std::vector<std::vector<Alike>>& alike);

/// Gives `hook` and `name`. @param loudness of each section, dB.
void nameSections(std::vector<Section>& sections, const std::vector<float>& loudness);

}  // namespace divisi::sections
