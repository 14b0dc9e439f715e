// Views of planar float32 audio, the only form in which samples cross the core's border.
//
// A frame is one sample for each channel. Nominal full scale is +-1; larger values are legal and
// are never clipped (real MP3 files decode to peaks above 1). NaN and infinities are refused.
#pragma once

#include <cstddef>

namespace divisi {

// What the core accepts (Status kBadAudio outside).
inline constexpr int kMinSampleRate = 8000;    ///< the lowest sample rate, Hz
inline constexpr int kMaxSampleRate = 192000;  ///< the highest sample rate, Hz
inline constexpr int kMaxChannels = 8;         ///< the most channels

/// Borrowed, read-only planar audio: channels[channel][frame].
struct AudioView {
  const float* const* channels = nullptr;  ///< one array of frameCount samples a channel
  int channelCount = 0;                    ///< 1 to kMaxChannels, in the order of Web Audio
  size_t frameCount = 0;                   ///< samples of each channel; may be 0
};

}  // namespace divisi
