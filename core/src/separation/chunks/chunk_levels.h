// ChunkLevels: the level at which each chunk of a song hears the mix, for each channel group.
//
//   std::vector<float> levelsOf(const std::vector<audio::ChannelGroup>& groups,
//                               const ChunkTimeline& timeline, const AudioView& song) {
//     std::vector<float> levels;                    // [chunk][group]
//     const auto levelEnd = [&](size_t chunk) { return timeline.inputEnd(chunk); };
//     ChunkLevels measured(groups, 44100, levelEnd);
//     measured.push(song, levels);                  // in blocks of any length
//     measured.finish(timeline.chunkCount(song.frameCount), levels);
//     return levels;
//   }
//
// Measured on the input itself, up to the instant that ends a chunk, sample by sample in double
// precision: the numbers depend neither on the blocks in which the song arrives nor on what a run
// computes of it, so a run that starts anywhere can be given them. They are float32, as rows are,
// so that a level is the same wherever it was measured.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "audio/channel_groups.h"
#include "audio/level_meter.h"
#include "divisi/audio.h"

namespace divisi::separation {

class ChunkLevels {
 public:
  /// @param levelEnd of a chunk: how many input frames its level is measured on; rises with it.
  ChunkLevels(const std::vector<audio::ChannelGroup>& groups, int sampleRate,
              std::function<uint64_t(size_t)> levelEnd);

  /// Takes the next frames and appends the levels, RMS values, of the chunks whose end is reached:
  /// [group] for each.
  void push(const AudioView& audio, std::vector<float>& levels);

  /// Appends those of the remaining chunks, which hear the whole song.
  void finish(size_t chunkCount, std::vector<float>& levels);

  /// Input frames taken.
  [[nodiscard]] uint64_t taken() const { return taken_; }

 private:
  struct Group {
    audio::ChannelGroup channels;
    audio::LevelMeter meter;            // of whole blocks
    std::array<double, 2> energy = {};  // of each channel in the unfinished block
  };

  void appendLevels(std::vector<float>& levels);

  std::vector<Group> groups_;
  std::function<uint64_t(size_t)> levelEnd_;
  size_t blockFrames_;
  size_t blockFill_ = 0;
  uint64_t taken_ = 0;
  size_t nextChunk_ = 0;
};

}  // namespace divisi::separation
