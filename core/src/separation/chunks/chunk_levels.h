// ChunkLevels: the level at which each chunk of a song hears the mix, for each channel group.
//
//   std::vector<float> levelsOf(const std::vector<audio::ChannelGroup>& groups,
//                               std::shared_ptr<const Timeline> timeline, const AudioView& song) {
//     std::vector<float> levels;                    // [chunk][group][numbers of the kind]
//     ChunkLevels measured(groups, 44100, {.scale = LevelKind::Scale::kLevel}, timeline);
//     measured.push(song, levels);                  // in blocks of any length
//     measured.finish(timeline->chunkCount(song.frameCount), levels);
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
#include <memory>
#include <vector>

#include "audio/channel_groups.h"
#include "audio/level_meter.h"
#include "divisi/audio.h"
#include "separation/method/separation_method.h"
#include "separation/method/timeline.h"

namespace divisi::separation {

class ChunkLevels {
 public:
  /// @param kind what is measured: its mean, then its scale. @param timeline whose inputEnd() says
  /// on how many frames.
  ChunkLevels(const std::vector<audio::ChannelGroup>& groups, int sampleRate, LevelKind kind,
              std::shared_ptr<const Timeline> timeline);

  /// Takes the next frames and appends the levels of the chunks whose end is reached:
  /// [group][numbers] for each.
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
    double sum = 0;                     // of the channels mixed to one
    double squares = 0;                 // likewise
    float peak = 0;
  };

  [[nodiscard]] uint64_t levelEnd() const { return timeline_->inputEnd(nextChunk_); }
  void measure(Group& group, const AudioView& audio, size_t offset, size_t count) const;
  void appendLevels(std::vector<float>& levels);
  [[nodiscard]] double scaleOf(const Group& group) const;

  std::vector<Group> groups_;
  LevelKind kind_;
  std::shared_ptr<const Timeline> timeline_;
  size_t blockFrames_;
  size_t blockFill_ = 0;
  uint64_t taken_ = 0;
  size_t nextChunk_ = 0;
};

}  // namespace divisi::separation
