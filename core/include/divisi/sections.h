// The task "sections": of which sections a song is made, which of them are alike, and a guess at
// what they are.
//
//   void show(double start, double end, const char* name, int group);
//
//   Status hear(const StreamFormat& format, const AudioView& song) {
//     Result<std::shared_ptr<CompiledTask>> task = CompiledTask::withoutModel("sections");
//     if (!task.ok()) return task.status();
//     Result<std::unique_ptr<TaskStream>> stream = task.value()->open(format, "{}");
//     if (!stream.ok()) return stream.status();
//     TaskStream& hearing = *stream.value();
//     Status status = hearing.push(song);                // in blocks of any length
//     if (status.ok()) status = hearing.finish();
//     if (!status.ok()) return status;
//     std::array<Event, 1> section;
//     while (hearing.pullEvents(kSectionsOutput, section) > 0) {
//       const std::string& name = hearing.outputs()[kSectionsOutput].labels[section[0].label];
//       show(section[0].start, section[0].end, name.c_str(), static_cast<int>(section[0].value));
//     }
//     return {};
//   }
//
// It needs no model. Everything comes after finish(): what is repeated, only the whole song tells.
// What was heard is kept as rows, 1.7 kB a second of audio, in 1 MB that is taken when the stream
// opens: after ten minutes each two rows become one, so that they are 0.37 s long in a song and 3 s
// in an hour. What is computed at the end takes 20 MB more at most, 4 MB for a song of four
// minutes.
//
// "sections" are events, one after another without gaps from start to end: `label` is a
// SectionName, `value` the number of the group, counted as they come (0 is A, 1 is B, ...):
// sections of a group are repetitions. `confidence`, 0 to 1, is the mean novelty of the two
// borders, relative to the highest around, times how much more a section is like its own group than
// like the next; it is no measured rate of errors. In silence there are no events.
//
// "details" has a row for each section, in the same order: the members of SectionDetails.
//
// The option {"voice": true} says that the last channel is the voice alone, and no part of the mix:
// then it is known who sings where, so that the hook is rather where the voice is, and what comes
// without it is named instrumental. Two channels at least (kBadOption).
//
// The method: docs/analysis.md. Boundaries by structure features (Serrà et al. 2014) of harmony and
// by the novelty of timbre (Foote 2000); groups by how well chords agree in their order, in any
// key, and by timbre.
#pragma once

#include <array>
#include <cstddef>

#include "divisi/task.h"

namespace divisi {

/// Outputs of the task.
inline constexpr size_t kSectionsOutput = 0;
/// The place of the output of a row for each section.
inline constexpr size_t kSectionDetailsOutput = 1;

/// What a section may be: a guess from what is repeated, how loud it is, and the order.
enum class SectionName {
  kNone,          ///< nothing speaks for one
  kIntro,         ///< comes first, and once
  kVerse,         ///< the longest of what is repeated beside the chorus
  kChorus,        ///< the hook
  kBridge,        ///< comes once, behind a chorus
  kOutro,         ///< comes last, and once
  kInstrumental,  ///< comes without the voice in a song that is sung; only where the voice is known
};

/// Of a section.
struct SectionDetails {
  float varied;  ///< 1: unlike the first of its group, by its key or its sound; else 0
  float hook;    ///< 1: of the group that is loudest and most often heard; else 0
  float voice;   ///< the share that is sung, 0 to 1; -1: not known
};

/// A row of "details".
using SectionDetailNumbers = std::array<float, sizeof(SectionDetails) / sizeof(float)>;

}  // namespace divisi
