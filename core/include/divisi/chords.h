// The task "chords": what a song's harmony is, chord by chord.
//
//   void show(double start, const std::string& chord, int bass, double confidence);
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
//     std::array<Event, 1> chord;
//     while (hearing.pullEvents(kChordsOutput, chord) > 0) {
//       const auto label = static_cast<size_t>(chord[0].label);
//       show(chord[0].start, hearing.outputs()[kChordsOutput].labels[label],
//            static_cast<int>(chord[0].value), chord[0].confidence);
//     }
//     return {};
//   }
//
// Everything comes after finish(): levels are relative to the song's loudest, and the network reads
// a song from both ends. Until then memory grows by 5.4 kB a second of audio, and while finish()
// runs the network by another 26 kB a second; finish() takes about 0.1 s a minute of audio on a
// desktop processor.
//
// "chords" are events, one after another without gaps, from the song's start to its end. `label`
// counts the model's labels in Output::labels, in Harte's syntax: "A:min7", "N" where there is no
// chord (in silence always), "X" for one that the vocabulary lacks. `value` is the lowest note, 0
// for C to 11 for B: the chord's root, or another of its notes where it is inverted; -1 for "N" and
// "X". `confidence` is the mean probability that the network gives the label, 0 to 1. Audio shorter
// than a frame (93 ms) has no chords.
//
// "tuning" is one row of one number: by how many cents the song lies above A = 440 Hz, as it was
// heard or given.
//
// Options:
//   tuningCents   -50 to 50: the song's tuning. Left out, it is measured over the first 30 s that
//                 are not silent, for which as much audio is held back (2 min at most). 0 is what
//                 the network's authors do.
//
// The method: the network of McFee and Bello, "Structured training for large-vocabulary chord
// recognition" (ISMIR 2017), with the constant-Q spectrum tuned to the song.
#pragma once

#include <cstddef>

#include "divisi/task.h"

namespace divisi {

/// Outputs of the task.
inline constexpr size_t kChordsOutput = 0;
/// The place of the output of one row.
inline constexpr size_t kChordTuningOutput = 1;

}  // namespace divisi
