#include "audio/audio_check.h"

#include <cmath>
#include <string>

namespace divisi::audio {
namespace {

// Far above any recording (240 dB over full scale), far below where squares leave float32.
constexpr float kLargestSample = 1e12F;

/// False for NaN, too.
bool isUsable(float sample) { return std::abs(sample) <= kLargestSample; }

/// Looks at every sample, whatever it finds: so the compiler can take several at a time.
bool areUsable(const float* samples, size_t count) {
  bool usable = true;
  for (size_t n = 0; n < count; ++n) usable &= isUsable(samples[n]);
  return usable;
}

}  // namespace

Status checkFormat(const StreamFormat& format) {
  const auto [sampleRate, channelCount] = format;
  if (sampleRate < kMinSampleRate || sampleRate > kMaxSampleRate) {
    return {StatusCode::kBadAudio, "expected a sample rate from " + std::to_string(kMinSampleRate) +
                                       " to " + std::to_string(kMaxSampleRate) + " Hz, got " +
                                       std::to_string(sampleRate)};
  }
  if (channelCount < 1 || channelCount > kMaxChannels) {
    return {StatusCode::kBadAudio, "expected 1 to " + std::to_string(kMaxChannels) +
                                       " channels, got " + std::to_string(channelCount)};
  }
  return {};
}

Status checkAudio(const AudioView& audio, int channelCount, uint64_t framesBefore) {
  if (audio.channelCount != channelCount) {
    return {StatusCode::kBadAudio, "expected " + std::to_string(channelCount) + " channels, got " +
                                       std::to_string(audio.channelCount)};
  }
  for (int c = 0; c < channelCount; ++c) {
    const float* samples = audio.channels[c];
    if (areUsable(samples, audio.frameCount)) continue;
    size_t frame = 0;
    while (isUsable(samples[frame])) ++frame;
    const std::string what = std::isnan(samples[frame])   ? "NaN"
                             : std::isinf(samples[frame]) ? "infinity"
                                                          : std::to_string(samples[frame]);
    return {StatusCode::kBadAudio, "sample is " + what + " in channel " + std::to_string(c) +
                                       ", frame " + std::to_string(framesBefore + frame)};
  }
  return {};
}

}  // namespace divisi::audio
