// LiveSalience: how likely the newest frame is a beat and, if so, a downbeat, from what was heard
// up to it. The file decoder's salience (decoder/salience.h) weighs accents against the seconds
// around them; here there are only those before.
//
//   void use(const FrameSalience& frame);
//
//   void listen(LiveSalience& salience, std::span<const FrameEvidence> frames) {
//     for (const FrameEvidence& frame : frames) use(salience.next(frame));
//   }
//
// One thread at a time; allocates nothing.
#pragma once

#include <array>
#include <cstddef>

#include "beats/decoder/bar_decoder.h"

namespace divisi::beats {

/// Of one frame.
struct FrameSalience {
  float beat = 0;         ///< probability of a beat, downbeats included
  float downbeat = 0;     ///< probability that a beat here is a downbeat
  bool sounding = false;  ///< whether there was an onset in the last seconds
};

/// Weights of the logistic regressions, fitted to the beats of rendered songs (docs/analysis.md).
struct SalienceWeights {
  double beatNetwork = 0.8;
  double beatLow = 0.4;
  double beatHigh = 0.8;
  double beatBias = -2.8;
  double downbeatNetwork = 0.55;
  double downbeatLow = 0.6;
  double downbeatBias = -1.6;
};

class LiveSalience {
 public:
  explicit LiveSalience(double framesPerSecond, const SalienceWeights& weights = {});

  FrameSalience next(const FrameEvidence& frame);

 private:
  /// By how much a value stands out from the seconds before it: the logarithm.
  struct StandOut {
    double mean = 0;
    double longMean = 0;
    double next(double value, double share, double longShare);
  };

  const SalienceWeights weights_;
  const double share_;  // of a new frame in the mean of the last seconds
  const int restFrames_;
  size_t frames_ = 0;
  int quietFrames_;  // since the last onset
  StandOut low_;
  StandOut high_;
  std::array<FrameEvidence, 2> last_{};  // the frames before, newest first
};

}  // namespace divisi::beats
