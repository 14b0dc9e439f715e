// What the stems leave of the mix, shared out among them: each gets it by its part of the stems'
// power at that instant, so that they add up to the mix and one that is silent stays silent.
//
//   void add(const StemResampling& stems, size_t count, const audio::ChannelGroup& group,
//            size_t frames, audio::SampleQueue& residual, audio::SampleQueue& first) {
//     divideByPower(stems, count, group, frames, residual);
//     addShare(stems, 0, group, frames, residual, first);
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

/// Adds a stem's share to the last frames of its channels. @param residual after divideByPower().
void addShare(const StemResampling& stems, size_t stem, const audio::ChannelGroup& group,
              size_t frames, const audio::SampleQueue& residual, audio::SampleQueue& channels);

}  // namespace divisi::separation
