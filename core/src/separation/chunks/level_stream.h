// LevelStream: the levels of a song's chunks as rows, measured ahead of separating it.
//
// One output, "levels": a row a chunk, as many numbers a channel group as its kind has. A sum of
// squares, hundreds of times faster than separating.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "audio/channel_groups.h"
#include "divisi/stream.h"
#include "separation/chunks/chunk_levels.h"
#include "separation/method/separation_method.h"
#include "separation/method/timeline.h"
#include "task/row_queue.h"

namespace divisi::separation {

class LevelStream final : public TaskStream {
 public:
  /// @param kind of one number at least. @param frameCount of the song: no more will be pushed.
  /// @return kOutOfMemory.
  static Result<std::unique_ptr<LevelStream>> create(std::shared_ptr<const Timeline> timeline,
                                                     LevelKind kind, const StreamFormat& format,
                                                     const std::vector<audio::ChannelGroup>& groups,
                                                     uint64_t frameCount);

  [[nodiscard]] const std::vector<Output>& outputs() const override { return outputs_; }
  [[nodiscard]] StreamTiming timing() const override;
  [[nodiscard]] Status push(const AudioView& audio) override;
  [[nodiscard]] Status finish() override { return {}; }
  [[nodiscard]] size_t available(size_t /*output*/) const override { return rows_.available(); }
  size_t pull(size_t /*output*/, float* const* planes, size_t maxItems) override {
    return rows_.pull(planes[0], maxItems);
  }

 private:
  LevelStream(std::shared_ptr<const Timeline> timeline, LevelKind kind, const StreamFormat& format,
              const std::vector<audio::ChannelGroup>& groups, uint64_t frameCount);

  const std::shared_ptr<const Timeline> timeline_;
  const uint64_t frameCount_;
  const std::vector<Output> outputs_;
  ChunkLevels measured_;
  std::vector<float> levels_;  // [chunk][group], of the last block
  task::RowQueue rows_;
};

}  // namespace divisi::separation
