// What every task refuses of the audio that it is given, with messages that name the value.
#pragma once

#include <cstdint>

#include "divisi/audio.h"
#include "divisi/status.h"
#include "divisi/stream.h"

namespace divisi::audio {

/// @return kBadAudio when the rate or the number of channels is outside what the core accepts.
[[nodiscard]] Status checkFormat(const StreamFormat& format);

/// @param framesBefore frames of the stream before `audio`, for the message.
/// @return kBadAudio: another number of channels than `channelCount`; NaN, infinity, or a sample
/// whose square float32 cannot hold, with its channel and frame.
[[nodiscard]] Status checkAudio(const AudioView& audio, int channelCount, uint64_t framesBefore);

}  // namespace divisi::audio
