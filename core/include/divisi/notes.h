// The task "notes": which notes are played in a song, by any instruments.
//
//   void show(double start, double end, int pitch, float velocity);
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
//     std::array<Event, 1> note;
//     std::array<float, kNoteShapeNumbers> shape;
//     float* const planes[] = {shape.data()};
//     while (hearing.pullEvents(kNotesOutput, note) > 0) {
//       hearing.pull(kNoteShapesOutput, planes, 1);
//       show(note[0].start, note[0].end, static_cast<int>(note[0].value), shape[0]);
//     }
//     return {};
//   }
//
// "notes" are events that come as the notes end, some 7 s behind the audio: `value` is the pitch
// as MIDI counts it (69 is A at 440 Hz), `confidence` the probability that the note begins there.
// They come about in the order of their ends; in mode "reference" all come after finish(), in the
// order of their starts.
//
// "shapes" has a row for each note, in the same order: its velocity, 1 to 127, from how much its
// pitch sounds on average, and the number of its bends. "bends" has that many rows for each note,
// one after another: by how many semitones the note lies above its pitch, at places that divide the
// time from its start to its end evenly, a column (11.6 ms) apart.
//
// Options:
//   sensitivity   0 to 1, default 0.5: how many notes are told, from those that are surest to
//                 whatever may be one.
//   minPitch, maxPitch
//                 21 to 108, MIDI: lower and higher notes are left out.
//   mode          "default", or "reference": the notes that the model's authors make of its
//                 activations, with their own settings; sensitivity has no meaning there.
//
// Memory does not grow with the length of the audio; in mode "reference" it grows by 38 kB a second
// until finish().
//
// The method: the network of Bittner, Bosch, Rubinstein, Meseguer-Brocal and Ewert, "A lightweight
// instrument-agnostic model for polyphonic note transcription and multipitch estimation" (ICASSP
// 2022), whose activations a network of divisi's own hears on both sides of each moment; peaks of
// its onsets become notes (docs/notes.md).
#pragma once

#include <cstddef>

#include "divisi/task.h"

namespace divisi {

/// Outputs of the task.
inline constexpr size_t kNotesOutput = 0;
/// The place of the output that has a row of kNoteShapeNumbers for each note.
inline constexpr size_t kNoteShapesOutput = 1;
/// The place of the output of all notes' bends.
inline constexpr size_t kNoteBendsOutput = 2;
/// Velocity, and the number of bends.
inline constexpr size_t kNoteShapeNumbers = 2;

}  // namespace divisi
