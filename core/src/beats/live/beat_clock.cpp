#include "beats/live/beat_clock.h"

#include <algorithm>
#include <cmath>

namespace divisi::beats {
namespace {

// So far from a beat, in frames, its onset may be heard.
constexpr double kNear = 4;
// So long after a beat, in frames, nothing that is heard moves it any more.
constexpr double kSettled = 3;
// The salience of a beat that is heard well.
constexpr float kStrong = 0.5F;

}  // namespace

void BeatClock::listen(int64_t frame, const NextBeat& next, float salience) {
  const auto now = static_cast<double>(frame);
  if (std::abs(now - heardAt_) <= kNear) heard_ = std::max(heard_, salience);
  if (now <= heardAt_ + kNear) return;
  strength_ +=
      static_cast<float>(weights_.strength) * (std::min(1.0F, heard_ / kStrong) - strength_);
  heard_ = 0;
  heardAt_ = next.frame > heardAt_ + 0.5 * next.interval ? next.frame : next.frame + next.interval;
}

void BeatClock::follow(int64_t frame, const NextBeat& next) {
  const double off = next.last - (phase_ + period_);
  const bool anew = !runs_ || std::abs(next.interval - period_) > weights_.otherTempo * period_;
  if (!anew) {
    if (off < -0.5 * period_) return;  // the one that it has given way to
    if (static_cast<double>(frame) < next.last + kSettled) return;
  }
  if (anew || std::abs(off) > weights_.capture * period_) {
    runs_ = true;
    phase_ = next.last;
    period_ = next.interval;
    return;
  }
  phase_ += period_ + weights_.phase * off;
  period_ += weights_.period * off;
}

std::optional<ToldBeat> BeatClock::advance(int64_t frame, const NextBeat& next,
                                           const FrameSalience& salience) {
  const auto now = static_cast<double>(frame);
  if (next.interval <= 0) return {};
  listen(frame, next, salience.beat);
  follow(frame, next);
  // The first beat that lies ahead and was not told.
  const double after = std::max(now, last_ + 0.5 * period_);
  const double beats = std::max(1.0, std::floor((after - phase_) / period_) + 1);
  const double due = phase_ + beats * period_;
  const auto count = static_cast<int>(std::lround((due - next.frame) / period_));
  const int bar = next.beatsPerBar;
  const ToldBeat beat = {.frame = due,
                         .interval = period_,
                         .number = ((next.number - 1 + count) % bar + bar) % bar + 1,
                         .beatsPerBar = bar,
                         .confidence = next.probability * strength_};
  next_ = beat;
  if (last_ > now) {
    next_ = told_;
    next_.confidence = beat.confidence;
  }
  if (due - now > leadFrames_) return {};
  told_ = beat;
  last_ = due;
  if (!salience.sounding || beat.confidence < weights_.least) return {};
  return beat;
}

}  // namespace divisi::beats
