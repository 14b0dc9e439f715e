#include "chords/frame_levels.h"

#include <algorithm>

namespace divisi::chords {
namespace {

// 50 dB: the noise and reverberation that are left when nobody plays. From 40 to 50 dB the chords
// of songs of known harmony are the same, at 60 dB what has died away counts as played.
constexpr float kSilentPower = 1e-5F;

}  // namespace

bool FrameLevels::add(std::span<const float> samples) {
  for (size_t done = 0; done < samples.size();) {
    const size_t count = std::min(hop_ - filled_, samples.size() - done);
    for (const float sample : samples.subspan(done, count)) sum_ += sample * sample;
    done += count;
    filled_ += count;
    if (filled_ < hop_) break;
    if (!powers_.append(sum_)) return false;
    loudest_ = std::max(loudest_, sum_);
    sum_ = 0;
    filled_ = 0;
  }
  return true;
}

bool FrameLevels::isSilent(size_t frame) const {
  return frame >= powers_.size() || powers_.data()[frame] <= kSilentPower * loudest_;
}

}  // namespace divisi::chords
