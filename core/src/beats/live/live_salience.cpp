#include "beats/live/live_salience.h"

#include <algorithm>
#include <cmath>

#include "beats/decoder/log_odds.h"

namespace divisi::beats {
namespace {

constexpr double kBeforeSeconds = 3;
// Without an onset for so long it is a rest, and no beat is told any more.
constexpr double kRestSeconds = 2.5;

}  // namespace

LiveSalience::LiveSalience(double framesPerSecond, const SalienceWeights& weights)
    : weights_(weights),
      share_(1 / (kBeforeSeconds * framesPerSecond)),
      restFrames_(static_cast<int>(std::lround(kRestSeconds * framesPerSecond))),
      quietFrames_(restFrames_) {}

double LiveSalience::StandOut::next(double value, double share, double longShare) {
  mean += std::max(share, longShare) * (value - mean);
  longMean += longShare * (value - longMean);
  const double floor = 0.1 * longMean + 1e-3;
  return std::log((value / (mean + floor) + 0.3) / 1.3);
}

FrameSalience LiveSalience::next(const FrameEvidence& frame) {
  ++frames_;
  quietFrames_ = hasOnset(frame.accent) ? 0 : std::min(quietFrames_ + 1, restFrames_);
  const double longShare = std::max(1.0 / static_cast<double>(frames_), 0.1 * share_);
  const double low = low_.next(frame.accent.low, share_, longShare);
  const double high = high_.next(frame.accent.high, share_, longShare);
  const double network = frame.beat;
  double any = network;
  double down = frame.downbeat;
  for (const FrameEvidence& before : last_) {
    any = std::max<double>(any, before.beat);
    down = std::max<double>(down, before.downbeat);
  }
  last_ = {frame, last_[0]};
  const double share = (down + 0.02) / (any + 0.04);
  const SalienceWeights& w = weights_;
  return {.beat = probability(w.beatNetwork * logOdds(network) + w.beatLow * low +
                              w.beatHigh * high + w.beatBias),
          .downbeat = probability(w.downbeatNetwork * logOdds(share) + w.downbeatLow * low +
                                  w.downbeatBias),
          .sounding = quietFrames_ < restFrames_};
}

}  // namespace divisi::beats
