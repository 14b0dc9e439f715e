#include "audio/channel_groups.h"

#include <cassert>

namespace divisi::audio {

std::vector<ChannelGroup> channelGroups(int channelCount) {
  assert(channelCount >= 1 && channelCount <= kMaxChannels);
  const auto pair = [](int first) { return ChannelGroup{{first, first + 1}, 2}; };
  const auto single = [](int channel) { return ChannelGroup{{channel, channel}, 1}; };
  switch (channelCount) {
    case 1:
      return {single(0)};
    case 2:
      return {pair(0)};
    case 3:
      return {pair(0), single(2)};
    case 4:
      return {pair(0), pair(2)};
    case 5:
      return {pair(0), single(2), pair(3)};
    case 6:
      return {pair(0), single(2), single(3), pair(4)};
    case 7:
      return {pair(0), single(2), single(3), pair(4), single(6)};
    default:
      return {pair(0), single(2), single(3), pair(4), pair(6)};
  }
}

std::vector<ChannelGroup> singleChannels(int channelCount) {
  std::vector<ChannelGroup> groups;
  for (int channel = 0; channel < channelCount; ++channel) {
    groups.push_back({{channel, channel}, 1});
  }
  return groups;
}

}  // namespace divisi::audio
