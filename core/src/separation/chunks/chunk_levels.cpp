#include "separation/chunks/chunk_levels.h"

#include <algorithm>
#include <utility>

namespace divisi::separation {
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

ChunkLevels::ChunkLevels(const std::vector<audio::ChannelGroup>& groups, int sampleRate,
                         std::function<uint64_t(size_t)> levelEnd)
    : levelEnd_(std::move(levelEnd)),
      blockFrames_(static_cast<size_t>(kBlockSeconds * sampleRate)) {
  for (const audio::ChannelGroup& group : groups) {
    groups_.push_back({group, audio::LevelMeter(samplesOf(group, blockFrames_))});
  }
}

void ChunkLevels::push(const AudioView& audio, std::vector<float>& levels) {
  size_t offset = 0;
  size_t frames = audio.frameCount;
  while (levelEnd_(nextChunk_) <= taken_) appendLevels(levels);
  while (frames > 0) {
    const uint64_t toEnd = levelEnd_(nextChunk_) - taken_;
    size_t count = std::min(frames, blockFrames_ - blockFill_);
    if (toEnd < count) count = static_cast<size_t>(toEnd);
    for (Group& group : groups_) {
      const float* left = audio.channels[group.channels.channels[0]] + offset;
      if (group.channels.channelCount == 1) {
        group.energy[0] = energyOf(left, count, group.energy[0]);
      } else {
        addEnergies(left, audio.channels[group.channels.channels[1]] + offset, count, group.energy);
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

void ChunkLevels::finish(size_t chunkCount, std::vector<float>& levels) {
  while (nextChunk_ < chunkCount) appendLevels(levels);
}

void ChunkLevels::appendLevels(std::vector<float>& levels) {
  ++nextChunk_;
  for (const Group& group : groups_) {
    audio::LevelMeter meter = group.meter;
    meter.add(group.energy[0] + group.energy[1], samplesOf(group.channels, blockFill_));
    levels.push_back(static_cast<float>(meter.rms()));
  }
}

}  // namespace divisi::separation
