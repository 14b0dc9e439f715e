// Changes a mono stream's rate for what hears pitch and timbre. Where the rate is halved, as
// from 44.1 to 22.05 kHz, a half-band filter takes the place of the resampler: a tenth of the time,
// and exact to -89 dB below 0.8 of the lower Nyquist frequency; above, sound fades and folds. Not
// for networks that were trained with all up to there.
#pragma once

#include <memory>

#include "audio/rate_converter.h"

namespace divisi::audio {

/// @return kOutOfMemory.
Result<std::unique_ptr<RateConverter>> createQuickResampler(int inRate, int outRate);

}  // namespace divisi::audio
