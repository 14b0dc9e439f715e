#include "separation/chunks/chunk_levels.h"

#include <algorithm>
#include <cmath>
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
                         LevelKind kind, std::shared_ptr<const Timeline> timeline)
    : kind_(kind),
      timeline_(std::move(timeline)),
      blockFrames_(static_cast<size_t>(kBlockSeconds * sampleRate)) {
  for (const audio::ChannelGroup& group : groups) {
    groups_.push_back({group, audio::LevelMeter(samplesOf(group, blockFrames_))});
  }
}

void ChunkLevels::push(const AudioView& audio, std::vector<float>& levels) {
  size_t offset = 0;
  size_t frames = audio.frameCount;
  while (levelEnd() <= taken_) appendLevels(levels);
  while (frames > 0) {
    const uint64_t toEnd = levelEnd() - taken_;
    size_t count = std::min(frames, blockFrames_ - blockFill_);
    if (toEnd < count) count = static_cast<size_t>(toEnd);
    for (Group& group : groups_) measure(group, audio, offset, count);
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
    while (levelEnd() <= taken_) appendLevels(levels);
  }
}

void ChunkLevels::finish(size_t chunkCount, std::vector<float>& levels) {
  while (nextChunk_ < chunkCount) appendLevels(levels);
}

void ChunkLevels::measure(Group& group, const AudioView& audio, size_t offset, size_t count) const {
  const float* left = audio.channels[group.channels.channels[0]] + offset;
  const float* right = audio.channels[group.channels.channels[1]] + offset;
  const bool alone = group.channels.channelCount == 1;
  if (kind_.scale == LevelKind::Scale::kLevel && alone) {
    group.energy[0] = energyOf(left, count, group.energy[0]);
  } else if (kind_.scale == LevelKind::Scale::kLevel) {
    addEnergies(left, right, count, group.energy);
  }
  if (kind_.mean || kind_.scale == LevelKind::Scale::kDeviation) {
    for (size_t n = 0; n < count; ++n) {
      const double mono = 0.5 * (static_cast<double>(left[n]) + right[n]);
      group.sum += mono;
      group.squares += mono * mono;
    }
  }
  if (kind_.scale == LevelKind::Scale::kPeak) {
    for (size_t n = 0; n < count; ++n) {
      group.peak = std::max(group.peak, std::max(std::abs(left[n]), std::abs(right[n])));
    }
  }
}

void ChunkLevels::appendLevels(std::vector<float>& levels) {
  ++nextChunk_;
  for (const Group& group : groups_) {
    const double frames = std::max<double>(static_cast<double>(taken_), 1);
    if (kind_.mean) levels.push_back(static_cast<float>(group.sum / frames));
    if (kind_.scale != LevelKind::Scale::kNone) {
      levels.push_back(static_cast<float>(scaleOf(group)));
    }
  }
}

double ChunkLevels::scaleOf(const Group& group) const {
  if (kind_.scale == LevelKind::Scale::kPeak) return group.peak;
  if (kind_.scale == LevelKind::Scale::kDeviation) {
    const double frames = std::max<double>(static_cast<double>(taken_), 1);
    const double mean = group.sum / frames;
    return std::sqrt(std::max(group.squares / frames - mean * mean, 0.0));
  }
  audio::LevelMeter meter = group.meter;
  meter.add(group.energy[0] + group.energy[1], samplesOf(group.channels, blockFill_));
  return meter.rms();
}

}  // namespace divisi::separation
