#include "separation/residual.h"

namespace divisi::separation {
namespace {

// Far below what is heard: where all stems are silent, they get equal shares.
constexpr float kLeastPower = 1e-30F;

float powerOf(const StemResampling& stems, size_t stem, const audio::ChannelGroup& group,
              size_t frame) {
  float power = kLeastPower;
  for (int c = 0; c < group.channelCount; ++c) {
    const float sample = stems.channel(stem, group.channels[static_cast<size_t>(c)])[frame];
    power += sample * sample;
  }
  return power;
}

}  // namespace

void divideByPower(const StemResampling& stems, size_t stemCount, const audio::ChannelGroup& group,
                   size_t frames, audio::SampleQueue& residual) {
  for (size_t n = 0; n < frames; ++n) {
    float power = 0;
    for (size_t stem = 0; stem < stemCount; ++stem) power += powerOf(stems, stem, group, n);
    for (int c = 0; c < group.channelCount; ++c) {
      residual.tail(group.channels[static_cast<size_t>(c)], frames)[n] /= power;
    }
  }
}

void addShare(const StemResampling& stems, size_t stem, const audio::ChannelGroup& group,
              size_t frames, const audio::SampleQueue& residual, audio::SampleQueue& channels) {
  for (size_t n = 0; n < frames; ++n) {
    const float power = powerOf(stems, stem, group, n);
    for (int k = 0; k < group.channelCount; ++k) {
      const int c = group.channels[static_cast<size_t>(k)];
      channels.tail(c, frames)[n] += residual.channel(c)[n] * power;
    }
  }
}

}  // namespace divisi::separation
