#include "separation/remainder.h"

#include <algorithm>
#include <cstring>

#include "task/checked_stream.h"

namespace divisi::separation {

bool Remainder::reserve(int channelCount, size_t latency) {
  // The extra sixteenth spares the queue from moving its content with every block.
  return delayed_.reserve(channelCount, latency + latency / 16 + task::kBlockFrames);
}

bool Remainder::push(const AudioView& audio) {
  const auto skipped = static_cast<size_t>(std::min<uint64_t>(early_, audio.frameCount));
  early_ -= skipped;
  return delayed_.push(audio.channels, skipped, audio.frameCount - skipped);
}

bool Remainder::take(const StemResampling& stems, size_t stemCount, size_t frames,
                     audio::SampleQueue& out) {
  if (!out.extend(frames)) return false;
  for (int c = 0; c < out.channelCount(); ++c) {
    float* samples = out.tail(c, frames);
    std::memcpy(samples, delayed_.channel(c), frames * sizeof(float));
    for (size_t i = 0; i < stemCount; ++i) {
      const float* stem = stems.channel(i, c);
      for (size_t n = 0; n < frames; ++n) samples[n] -= stem[n];
    }
  }
  delayed_.drop(frames);
  return true;
}

}  // namespace divisi::separation
