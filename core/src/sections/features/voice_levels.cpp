#include "sections/features/voice_levels.h"

#include <algorithm>
#include <cmath>

namespace divisi::sections {
namespace {

// Powers relative to the mix (-15 dB), and to full scale (-60 dB).
constexpr double kLeastOfMix = 0.0316;
constexpr double kLeast = 1e-6;

}  // namespace

VoiceLevels::VoiceLevels(int sampleRate)
    : stepFrames_(static_cast<size_t>(sampleRate) / kStepsPerSecond) {}

void VoiceLevels::add(const AudioView& song) {
  const int mixChannels = song.channelCount - 1;
  const float* const voice = song.channels[mixChannels];
  const double weight = 1.0 / mixChannels;
  for (size_t n = 0; n < song.frameCount; ++n) {
    double mix = 0;
    for (int channel = 0; channel < mixChannels; ++channel) mix += song.channels[channel][n];
    mix *= weight;
    mix_ += mix * mix;
    voice_ += static_cast<double>(voice[n]) * voice[n];
    if (++frames_ == stepFrames_) closeStep();
  }
}

void VoiceLevels::closeStep() {
  const double least = kLeast * static_cast<double>(frames_);
  sung_.push_back(voice_ > least && voice_ > kLeastOfMix * mix_);
  frames_ = 0;
  voice_ = mix_ = 0;
}

float VoiceLevels::shareOf(double startSeconds, double endSeconds) const {
  const auto step = [&](double seconds) {
    const auto nearest = std::lround(seconds * kStepsPerSecond);
    return std::min(static_cast<size_t>(std::max(nearest, 0L)), sung_.size());
  };
  const auto first = sung_.begin() + static_cast<std::ptrdiff_t>(step(startSeconds));
  const auto end = sung_.begin() + static_cast<std::ptrdiff_t>(step(endSeconds));
  if (first >= end) return 0;
  return static_cast<float>(std::count(first, end, true)) / static_cast<float>(end - first);
}

}  // namespace divisi::sections
