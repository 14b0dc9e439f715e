// The task "drums": which drums are struck in a song, when and how hard.
//
//   void show(double seconds, const std::string& instrument, int note, float velocity);
//
//   Status hear(const Model& model, const StreamFormat& format, const AudioView& song) {
//     Result<std::shared_ptr<CompiledTask>> task = CompiledTask::compile(model);
//     if (!task.ok()) return task.status();
//     Result<std::unique_ptr<TaskStream>> stream = task.value()->open(format, "{}");
//     if (!stream.ok()) return stream.status();
//     TaskStream& hearing = *stream.value();
//     Status status = hearing.push(song);                // in blocks of any length
//     if (status.ok()) status = hearing.finish();
//     if (!status.ok()) return status;
//     const std::vector<std::string>& names = hearing.outputs()[kHitsOutput].labels;
//     std::array<Event, 1> hit;
//     float velocity = 0;
//     float* const planes[] = {&velocity};
//     while (hearing.pullEvents(kHitsOutput, hit) > 0) {
//       hearing.pull(kVelocitiesOutput, planes, 1);
//       show(hit[0].start, names[hit[0].label], static_cast<int>(hit[0].value), velocity);
//     }
//     return {};
//   }
//
// The song may be a mix or drums alone. "hits" are events in the order of time, some 10 s behind
// the audio: `label` is the instrument, by the output's labels (of the catalogue's model: "kick",
// "snare" with side sticks, "closed-hat" with the pedal's, "open-hat", "tom", "cymbal" for crashes
// and rides, "percussion" for claps, shakers, bells, congas and the like), `value` the note of
// General MIDI's drum map that stands for it, `confidence` the network's probability. Start and end
// are the same.
//
// "velocities" has a row for each hit, in the same order: 1 to 127, as MIDI counts them. How loud a
// velocity is differs from kit to kit, so they say how hits of one instrument compare.
//
// Options:
//   sensitivity   0 to 1, default 0.5: how many hits are told, from those that are surest to
//                 whatever may be one.
//
// Memory does not grow with the length of the audio.
//
// The method: a network of divisi's own, convolutions over a logarithmic filter bank that hear
// 0.67 s to either side, trained on drums rendered with many kits (docs/notes.md); peaks of its
// log-odds become hits.
#pragma once

#include <cstddef>

#include "divisi/task.h"

namespace divisi {

/// Outputs of the task.
inline constexpr size_t kHitsOutput = 0;
/// The place of the output that has a row for each hit.
inline constexpr size_t kVelocitiesOutput = 1;

}  // namespace divisi
