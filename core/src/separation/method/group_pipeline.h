// GroupPipeline: the model frames of one channel group to those of its stems.
//
//   void use(const float* samples, size_t frames);
//
//   Status render(GroupPipeline& group, const float* const* channels, size_t frames,
//                 std::span<const float> level) {
//     group.addLevel(level);                          // of each chunk, before it runs
//     Status status = group.push(channels, frames);   // computes the chunks that become due
//     if (status.ok()) status = group.completeColumns();
//     if (status.ok()) status = group.completeChunks();
//     audio::SampleQueue& stem = group.stem(0);
//     use(stem.channel(0), stem.frames());
//     stem.drop(stem.frames());
//     return status;
//   }
#pragma once

#include <cstddef>
#include <span>

#include "audio/sample_queue.h"
#include "divisi/status.h"

namespace divisi::separation {

class GroupPipeline {
 public:
  virtual ~GroupPipeline() = default;

  /// Says what was measured of the mix for the next chunk that has nothing yet: the numbers of a
  /// group, as many as its plan's LevelKind says. Every chunk needs them before it runs.
  virtual void addLevel(std::span<const float> numbers) = 0;

  /// Whether chunks that become due give each stem an equal share instead of running the networks.
  virtual void bypassNetworks(bool bypassed) = 0;

  virtual Status push(const float* const* channels, size_t frames) = 0;

  /// Ends the song in two steps, so that the owner can empty the queues in between.
  virtual Status completeColumns() = 0;
  virtual Status completeChunks() = 0;

  /// The frames of the i-th rendered stem that are ready. The owner drops what it has taken.
  [[nodiscard]] virtual audio::SampleQueue& stem(size_t i) = 0;
};

}  // namespace divisi::separation
