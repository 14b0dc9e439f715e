// What the stems leave of the mix, shared out among them: each gets it by its part of the stems'
// power at that instant, so that they add up to the mix and one that is silent stays silent.
//
//   void add(const StemResampling& stems, size_t count, const audio::ChannelGroup& group,
//            size_t frames, audio::SampleQueue& residual, float* stem0) {
//     divideByPower(stems, count, group, frames, residual);
//     addShare(stems, 0, group, frames, residual.channel(group.channels[0]), stem0);
//   }
#pragma once

#include <cstddef>

#include "audio/channel_groups.h"
#include "audio/sample_queue.h"
#include "separation/stem_resampling.h"

namespace divisi::separation {

/// Divides the last frames of the group's channels by the power of all stems.
void divideByPower(const StemResampling& stems, size_t stemCount, const audio::ChannelGroup& group,
                   size_t frames, audio::SampleQueue& residual);

/// Adds a stem's share to a channel of it. @param residual that channel's, after divideByPower().
void addShare(const StemResampling& stems, size_t stem, const audio::ChannelGroup& group,
              size_t frames, const float* residual, float* channel);

}  // namespace divisi::separation
