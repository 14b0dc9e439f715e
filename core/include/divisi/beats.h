// BeatTracker: where the beats of a song lie, which of them begin bars, and how fast they are.
//
//   Result<BeatSummary> track(const Model& model, const StreamFormat& format, const AudioView&
//   song,
//                             std::vector<Beat>& beats) {
//     Result<std::unique_ptr<BeatTracker>> tracker = BeatTracker::create(model, format, {});
//     if (!tracker.ok()) return tracker.status();
//     Status status = tracker.value()->push(song);        // in blocks of any length
//     if (!status.ok()) return status;
//     Result<BeatSummary> summary = tracker.value()->finish();
//     Beat beat;
//     while (tracker.value()->pull(beat)) beats.push_back(beat);
//     return summary;
//   }
//
// A network (BeatNet: Heydari, Cwitkowitz and Duan, ISMIR 2021) says fifty times a second how
// likely a beat or a downbeat is. What it says is joined with accents of the audio itself, and a
// dynamic program over tempo, phase and place in the bar (a bar-pointer model after Whiteley,
// Cemgil and Godsill, ISMIR 2006, and Böck, Krebs and Widmer, ISMIR 2016) finds the beats that
// explain both best. docs/analysis.md tells how and how well.
//
// A beat is what one taps to: in 6/8 the dotted quarter, of which a bar has two. Memory grows by
// some numbers for each fiftieth of a second; audio is not kept. Beats come at the end.
//
// As a task (task.h) it has the options `minTempo`, `maxTempo` and `beatsPerBar` and four outputs:
// the events "beats" (label: number in the bar less one; value: the tempo around it), after
// finish() one row of "summary" (the members of BeatSummary, in their order), rows of
// "activations": the probabilities of a beat that is no downbeat, of a downbeat, and of neither, as
// the audio comes, and of "energies": a row for each beat, the level (RMS) of the mix of all
// channels from this beat to the next, dB of full scale, -120 in silence.
//
// Compiled for live (CompileOptions::live) the task tells beats ahead of their time, for a click
// say. A forward algorithm on the same model adds up all paths through what was heard so far, and a
// phase-locked loop runs on from beat to beat. Its streams know `leadSeconds` besides (0 to
// kMostLead, 0.2) and have two outputs: the events "beats", each told when the audio up to
// `leadSeconds` before it has been pushed, and never taken back (label and value as above;
// confidence: the probability of a beat there, times how well the last ones were heard), and a row
// of "state" for each frame of a fiftieth of a second: the tempo, the confidence, the seconds from
// the frame to the next beat, its number in the bar and the beats of that bar; tempo and beats of
// the bar are 0 while no beat is told. The k-th frame lies at k / 50 s, and is known within
// StreamTiming::latency: half a window and a second frame, 52 ms, and the resampler's 4. What is
// not heard for 2.5 s has no beats. Memory is constant, and so is the work of a frame. skip()
// leaves the network out, and beats go on as they were expected.
//
// Threads: one at a time per instance, and per task.
#pragma once

#include <cstddef>
#include <memory>

#include "divisi/audio.h"
#include "divisi/model.h"
#include "divisi/status.h"
#include "divisi/stream.h"
#include "divisi/task.h"

namespace divisi {

/// The least that minTempo may be, beats a minute.
inline constexpr double kLowestTempo = 30;
/// The most that maxTempo may be.
inline constexpr double kHighestTempo = 300;
/// The least by which maxTempo must exceed minTempo.
inline constexpr double kLeastTempoRatio = 1.1;
/// The most beats of a bar that are told apart.
inline constexpr int kMostBeatsPerBar = 7;
/// The most that leadSeconds may be.
inline constexpr double kMostLead = 2;

/// What is known of a song beforehand.
struct BeatOptions {
  double minTempo = 40;   ///< beats a minute, kLowestTempo to kHighestTempo
  double maxTempo = 240;  ///< beats a minute, at least kLeastTempoRatio times minTempo
  int beatsPerBar = 0;    ///< 2 to kMostBeatsPerBar; 0: to be found
};

/// A beat of the song.
struct Beat {
  double seconds;    ///< from the audio's first frame
  int number;        ///< in its bar, from 1: the downbeat
  float tempo;       ///< beats a minute around it
  float confidence;  ///< 0 to 1: the probability that there is a beat, by the network
};

/// Of the whole audio.
struct BeatSummary {
  float tempo;            ///< beats a minute; 0 where there are fewer than two beats
  float tempoConfidence;  ///< 0 to 1: the share of beats that keep to the tempo within 4 %
  float beatsPerBar;      ///< of most bars; 0 without beats
};

/// Finds the beats of one piece of audio.
class BeatTracker {
 public:
  /// @return kBadAudio (rate or channel count), kBadOption, kBadModel (not a beats model, or its
  /// task and graph do not fit), kUnsupported, kOutOfMemory.
  static Result<std::unique_ptr<BeatTracker>> create(const Model& model, const StreamFormat& format,
                                                     const BeatOptions& options);
  /// Without compiling again. @param task CompiledTask::compile of a beats model.
  static Result<std::unique_ptr<BeatTracker>> create(CompiledTask& task, const StreamFormat& format,
                                                     const BeatOptions& options);
  virtual ~BeatTracker() = default;

  /// As TaskStream::push.
  [[nodiscard]] virtual Status push(const AudioView& audio) = 0;
  /// Says that the audio has ended, and finds the beats. @return kClosed when called twice.
  [[nodiscard]] virtual Result<BeatSummary> finish() = 0;
  /// Beats ready to be pulled.
  [[nodiscard]] virtual size_t available() const = 0;
  /// Moves the oldest ready beat to `beat`. @return false when none is ready.
  [[nodiscard]] virtual bool pull(Beat& beat) = 0;
};

}  // namespace divisi
