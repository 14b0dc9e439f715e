// How the channels of a recording are shared out among runs of a network that hears two.
#pragma once

#include <array>
#include <vector>

#include "divisi/audio.h"

namespace divisi::audio {

/// Input channels that one run of the network hears together: a pair, or one alone.
struct ChannelGroup {
  std::array<int, 2> channels{};
  int channelCount = 0;
};

/// Groups for 1 to kMaxChannels channels in Web Audio's order (L R, L R C, quad L R SL SR, 5.0
/// L R C SL SR, 5.1 L R C LFE SL SR, then back channels). Left and right of a pair share a run,
/// because the network uses what they have in common; centre and LFE have no partner.
std::vector<ChannelGroup> channelGroups(int channelCount);

/// Each channel alone, for a network that hears one.
std::vector<ChannelGroup> singleChannels(int channelCount);

}  // namespace divisi::audio
