#include "separation/chunks/chunk_levels.h"

#include <algorithm>
#include <utility>

namespace divisi::tasks {
namespace {

// Over which a mean square is taken: that of momentary loudness in EBU R 128.
constexpr double kBlockSeconds = 0.4;

double energyOf(const float* samples, size_t count, double before) {
  for (size_t n = 0; n < count; ++n) before += static_cast<double>(samples[n]) * samples[n];
  return before;
}

/// As energyOf() for each. One after another, every sum would wait for the one before.
void addEnergies(const float* left, const float* right, size_t count,
                 std::array<double, 2>& energies) {
  auto [a, b] = energies;
  for (size_t n = 0; n < count; ++n) {
    a += static_cast<double>(left[n]) * left[n];
    b += static_cast<double>(right[n]) * right[n];
  }
  energies = {a, b};
}

size_t samplesOf(const audio::ChannelGroup& group, size_t frames) {
  return frames * static_cast<size_t>(group.channelCount);
}

}  // namespace

LevelTrack::LevelTrack(const std::vector<audio::ChannelGroup>& groups, int sampleRate,
                       std::function<uint64_t(size_t)> levelEnd)
    : levelEnd_(std::move(levelEnd)),
      blockFrames_(static_cast<size_t>(kBlockSeconds * sampleRate)) {
  for (const audio::ChannelGroup& group : groups) {
    groups_.push_back({group, audio::LevelMeter(samplesOf(group, blockFrames_))});
  }
}

void LevelTrack::push(const float* const* channels, size_t offset, size_t frames,
                      std::vector<double>& levels) {
  while (levelEnd_(nextChunk_) <= taken_) appendLevels(levels);
  while (frames > 0) {
    const uint64_t toEnd = levelEnd_(nextChunk_) - taken_;
    size_t count = std::min(frames, blockFrames_ - blockFill_);
    if (toEnd < count) count = static_cast<size_t>(toEnd);
    for (Group& group : groups_) {
      const float* left = channels[group.channels.channels[0]] + offset;
      if (group.channels.channelCount == 1) {
        group.energy[0] = energyOf(left, count, group.energy[0]);
      } else {
        addEnergies(left, channels[group.channels.channels[1]] + offset, count, group.energy);
      }
    }
    taken_ += count;
    offset += count;
    frames -= count;
    blockFill_ += count;
    if (blockFill_ == blockFrames_) {
      for (Group& group : groups_) {
        group.meter.add(group.energy[0] + group.energy[1], samplesOf(group.channels, blockFrames_));
        group.energy = {};
      }
      blockFill_ = 0;
    }
    while (levelEnd_(nextChunk_) <= taken_) appendLevels(levels);
  }
}

void LevelTrack::finish(size_t chunkCount, std::vector<double>& levels) {
  while (nextChunk_ < chunkCount) appendLevels(levels);
}

void LevelTrack::appendLevels(std::vector<double>& levels) {
  ++nextChunk_;
  for (const Group& group : groups_) {
    audio::LevelMeter meter = group.meter;
    meter.add(group.energy[0] + group.energy[1], samplesOf(group.channels, blockFill_));
    levels.push_back(meter.rms());
  }
}

}  // namespace divisi::tasks
