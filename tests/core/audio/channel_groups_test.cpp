#include "audio/channel_groups.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace divisi::audio {
namespace {

std::vector<std::vector<int>> groupsOf(int channelCount) {
  std::vector<std::vector<int>> result;
  for (const ChannelGroup& group : channelGroups(channelCount)) {
    result.emplace_back(group.channels.begin(), group.channels.begin() + group.channelCount);
  }
  return result;
}

TEST(ChannelGroups, EveryChannelIsHeardOnce) {
  for (int count = 1; count <= kMaxChannels; ++count) {
    std::multiset<int> heard;
    for (const auto& group : groupsOf(count)) heard.insert(group.begin(), group.end());
    std::multiset<int> all;
    for (int c = 0; c < count; ++c) all.insert(c);
    EXPECT_EQ(heard, all) << count << " channels";
  }
}

TEST(ChannelGroups, PairsAreLeftAndRightOfWebAudiosLayouts) {
  using Groups = std::vector<std::vector<int>>;
  EXPECT_EQ(groupsOf(1), (Groups{{0}}));
  EXPECT_EQ(groupsOf(2), (Groups{{0, 1}}));
  EXPECT_EQ(groupsOf(4), (Groups{{0, 1}, {2, 3}}));
  EXPECT_EQ(groupsOf(6), (Groups{{0, 1}, {2}, {3}, {4, 5}}));
}

}  // namespace
}  // namespace divisi::audio
