// BeatClock: tells beats ahead of their time, so that something can happen on them.
//
//   void use(const ToldBeat& beat);
//
//   void tell(BeatClock& clock, const BarFilter& filter, int64_t frame,
//             const FrameSalience& salience) {
//     if (const auto beat = clock.advance(frame, filter.next(), salience)) use(*beat);
//   }
//
// The filter's beats lie where onsets were heard, whole frames apart and some early, some late, and
// its tempos on a scale: the clock runs on at its own pace and gives way to them by a share (a
// phase-locked loop of second order), or starts anew where they lie elsewhere. A beat that was told
// stays told: the next one is at least half an interval later.
//
// One thread at a time; allocates nothing.
#pragma once

#include <cstdint>
#include <optional>

#include "beats/live/bar_filter.h"

namespace divisi::beats {

/// How the clock runs.
struct ClockWeights {
  double phase = 0.5;       ///< the share of a deviation that the next beat gives way by
  double period = 0.25;     ///< and the period
  double capture = 0.14;    ///< deviations of a larger share of the period start the clock anew,
  double otherTempo = 0.2;  ///< and so does a tempo that differs by more than this share
  double strength = 0.25;   ///< what the newest beat counts in the strength of beats
  float least = 0.15F;      ///< beats of less confidence are not told
};

/// A beat that is about to come.
struct ToldBeat {
  double frame = 0;
  double interval = 0;  ///< frames from beat to beat
  int number = 1;
  int beatsPerBar = 0;
  float confidence = 0;
};

class BeatClock {
 public:
  /// @param leadFrames how long before a beat it is told
  BeatClock(double leadFrames, const ClockWeights& weights)
      : leadFrames_(leadFrames), weights_(weights) {}

  /// @param frame the newest one. @param next the filter's. @param salience of the frame.
  std::optional<ToldBeat> advance(int64_t frame, const NextBeat& next,
                                  const FrameSalience& salience);

  /// The beat that comes after the frame, told already or not; its confidence falls where nothing
  /// is heard. Precondition: advance() was called.
  [[nodiscard]] const ToldBeat& next() const { return next_; }

 private:
  /// Gives way to the filter's last beat, once it is settled.
  void follow(int64_t frame, const NextBeat& next);
  /// What was heard on the filter's beats, which is apart from what was told of them.
  void listen(int64_t frame, const NextBeat& next, float salience);

  const double leadFrames_;
  const ClockWeights weights_;
  bool runs_ = false;
  double phase_ = 0;    // frame of a beat: the last one that the clock gave way to
  double period_ = 0;   // frames from beat to beat
  double last_ = 0;     // frame of the beat that was told last, or would have been
  double heardAt_ = 0;  // the beat that is listened for
  float heard_ = 0;     // the most that was heard near it
  float strength_ = 0;  // of beats, lately
  ToldBeat told_;       // the last one, if it still lies ahead
  ToldBeat next_;
};

}  // namespace divisi::beats
