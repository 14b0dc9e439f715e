// The task "key": in which key a song is, where it modulates, and how it is tuned.
//
//   void show(const char* key, double confidence);
//
//   Status hear(const StreamFormat& format, const AudioView& song, KeySummary& summary) {
//     Result<std::shared_ptr<CompiledTask>> task = CompiledTask::withoutModel("key");
//     if (!task.ok()) return task.status();
//     Result<std::unique_ptr<TaskStream>> stream = task.value()->open(format, "{}");
//     if (!stream.ok()) return stream.status();
//     TaskStream& hearing = *stream.value();
//     Status status = hearing.push(song);                // in blocks of any length
//     if (status.ok()) status = hearing.finish();
//     if (!status.ok()) return status;
//     std::array<Event, 1> part;
//     while (hearing.pullEvents(kKeyPartsOutput, part) > 0) {
//       const std::string& key = hearing.outputs()[kKeyPartsOutput].labels[part[0].label];
//       show(key.c_str(), part[0].confidence);
//     }
//     KeySummaryNumbers numbers;
//     float* const planes[] = {numbers.data()};
//     hearing.pull(kKeySummaryOutput, planes, 1);
//     summary = std::bit_cast<KeySummary>(numbers);
//     return {};
//   }
//
// It needs no model and has no options. Everything comes after finish(): a key is judged from all
// of the song. Memory grows by 520 bytes a second of audio.
//
// "keys" are events, the parts of the song one after another without gaps: `label` counts the keys
// in Output::labels ("C major" to "B major", then "C minor" to "B minor"), `confidence` says how
// likely the key is among all 24, and `value` how likely the relative key (with the same notes) is
// among the two, 0 to 1. Both compare how well keys fit; they are no measured rates of error. In
// silence there are no events.
//
// "summary" is one row, the members of KeySummary in their order.
//
// The method: partials from a spectrum of 0.37 s, tuned, folded to pitch classes with their
// harmonics (Gómez 2006), correlated with the profiles of Krumhansl and Kessler (1982) and of
// Temperley (2007), and the best path of keys through the song. Modes are heard as major or minor,
// by their third.
#pragma once

#include <array>
#include <bit>
#include <cstddef>

#include "divisi/task.h"

namespace divisi {

/// Outputs of the task.
inline constexpr size_t kKeyPartsOutput = 0;
/// The place of the output of one row.
inline constexpr size_t kKeySummaryOutput = 1;

/// Of the whole song.
struct KeySummary {
  float key;               ///< the key of most of the song, as Event::label; -1 in silence
  float confidence;        ///< as Event::confidence, from all parts in that key
  float relativeShare;     ///< as Event::value
  float tuningCents;       ///< above A = 440 Hz, -50 to 50; 0 in silence
  float tuningConfidence;  ///< share of partials within 15 cents of it; 0.3 is chance
};

/// A row of "summary".
using KeySummaryNumbers = std::array<float, sizeof(KeySummary) / sizeof(float)>;

}  // namespace divisi
