// The task "melody": the pitch of one voice, and the notes that it sings or plays.
//
//   void show(double start, double end, int pitch, float velocity);
//
//   Status hear(const Model& model, const StreamFormat& format, const AudioView& stem) {
//     Result<std::shared_ptr<CompiledTask>> task = CompiledTask::compile(model);
//     if (!task.ok()) return task.status();
//     Result<std::unique_ptr<TaskStream>> stream = task.value()->open(format, "{}");
//     if (!stream.ok()) return stream.status();
//     TaskStream& hearing = *stream.value();
//     Status status = hearing.push(stem);                // in blocks of any length
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
// "notes", "shapes" and "bends" are those of the task "notes" (divisi/notes.h), with these
// differences: notes never sound at the same time and come in the order of their starts, as soon as
// what follows cannot change them; `confidence` is the mean of the frames'; velocity follows the
// level of the note's loudest frame, 1 at -60 dB of full scale and 127 at 0 dB; and bends are the
// frames' pitches, vibrato and all, 16 ms apart.
//
// "pitch" has a row for each frame, 16 ms apart (StreamTiming's latency behind the audio): frame k
// is centred on second 0.016 k. Its numbers are the fundamental in Hz, which is told of silence
// too, and the confidence that a voice sounds, 0 to 1: from 0.5 on it does. As many frames as whole
// hops of 256 samples at 16 kHz are in the audio, and at least one.
//
// Options:
//   minPitch, maxPitch
//                 30 to 96, MIDI: pitch is searched in this range alone.
//
// Memory does not grow with the length of the audio but by what one phrase takes; a phrase that is
// longer than a minute is told in parts.
//
// Compiled for live (CompileOptions::live) the task tells notes as they are sung. Its streams have
// two outputs: the events "changes", a note that begins or ends (start: when, some frames before it
// is told; label: the velocity, 0 where it ends; value: the pitch, MIDI), at most one note at a
// time; and rows of "pitch" as above, with the level in dB of full scale besides, by twos as soon
// as the longest window around the second one is there (64 ms). A note is told with the second
// frame that hears it, within StreamTiming::latency of its onset (112 ms and the resampler's 4),
// with the fourth where it follows on another one without a break, and its end with the third that
// hears none. Memory is constant, and so is the work of a frame. skip() leaves the network out:
// there is no voice meanwhile.
//
// The method: the network SwiftF0 (Nieradzik, 2025) for the pitch; notes are the path through
// silence and quarters of semitones that explains it at the least cost, where each note has a price
// (the package's segment_notes), so that vibrato is cheaper as a deviation than as notes.
#pragma once

#include <cstddef>

#include "divisi/notes.h"
#include "divisi/task.h"

namespace divisi {

/// The place of the output that has a row of kPitchNumbers for each frame; the other outputs are
/// kNotesOutput, kNoteShapesOutput and kNoteBendsOutput.
inline constexpr size_t kPitchOutput = 3;
/// Hertz and confidence.
inline constexpr size_t kPitchNumbers = 2;

/// The place of the live form's output of notes that begin or end.
inline constexpr size_t kNoteChangesOutput = 0;
/// The place of the live form's output that has a row of kLivePitchNumbers for each frame.
inline constexpr size_t kLivePitchOutput = 1;
/// Hertz, confidence, level.
inline constexpr size_t kLivePitchNumbers = 3;

}  // namespace divisi
