// SeparationStream: a song to its stems.
//
//   input ---------------------------- delay line ---------------------- (-) -> remainder stem
//     |                                                                   |
//     +-> to the model's rate -> channel groups -> to the input's rate ---+---> other stems
//
// Outputs are the stems, all in step.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audio/channel_groups.h"
#include "audio/resampler.h"
#include "audio/sample_queue.h"
#include "divisi/stream.h"
#include "separation/chunks/chunk_levels.h"
#include "separation/method/group_pipeline.h"
#include "separation/method/separation_method.h"
#include "separation/method/timeline.h"
#include "separation/remainder.h"
#include "separation/stem_resampling.h"
#include "separation/stem_selection.h"

namespace divisi::separation {

struct SeparationStreamOptions {
  SeparationChoices choices = {};
  std::vector<std::string> stems = {};  ///< as SeparatorOptions::stems
  size_t firstChunk = 0;
  std::vector<double> levels = {};
};

class SeparationStream final : public TaskStream {
 public:
  /// @param method outlives the stream. @return kBadOption, kOutOfMemory.
  static Result<std::unique_ptr<SeparationStream>> create(const SeparationMethod& method,
                                                          const StreamFormat& format,
                                                          const SeparationStreamOptions& options);

  /// The frame of the song that is pushed first.
  [[nodiscard]] uint64_t inputBegin() const { return start_.inputFrame; }

  [[nodiscard]] const std::vector<Output>& outputs() const override { return outputs_; }
  /// Of a live stream: as late as it takes never to run dry.
  [[nodiscard]] StreamTiming timing() const override;
  [[nodiscard]] Status push(const AudioView& audio) override;
  [[nodiscard]] Status skip(const AudioView& audio) override;
  [[nodiscard]] Status finish() override;
  [[nodiscard]] size_t available(size_t output) const override { return ready_[output].frames(); }
  size_t pull(size_t output, float* const* planes, size_t maxItems) override;

 private:
  struct Group {
    audio::ChannelGroup channels;
    std::unique_ptr<GroupPipeline> pipeline;
  };

  SeparationStream(const StreamFormat& format, std::unique_ptr<SeparationPlan> plan,
                   StemSelection selection);
  Status allocate(const SeparationMethod& method, const SeparationStreamOptions& options);
  Status createGroups(const SeparationMethod& method, const SeparationStreamOptions& options);
  /// Takes the memory for all that waits for a chunk, once audio arrives.
  Status reserveQueues();
  /// Hands the groups what levels_ holds.
  void passLevels();
  Status feedGroups();
  Status collectStems();
  Status emit();

  const StreamFormat format_;
  const std::unique_ptr<SeparationPlan> plan_;
  const StemSelection selection_;
  std::vector<Output> outputs_;
  std::unique_ptr<audio::Resampler> toModelRate_;
  std::unique_ptr<StemResampling> toInputRate_;
  std::shared_ptr<const Timeline> timeline_;
  RunStart start_;
  size_t chunkFrames_ = 0;               // input frames of a chunk
  std::optional<ChunkLevels> measured_;  // none: the levels were given, or are not needed
  std::vector<float> levels_;            // [chunk][group][numbers], not yet passed to the groups
  audio::SampleQueue modelInput_;
  uint64_t modelSurplus_ = 0;  // frames that toModelRate_ still gives before the groups' first
  std::vector<Group> groups_;
  std::optional<Remainder> remainder_;
  audio::SampleQueue residual_;            // of a block, where it is shared out
  std::vector<audio::SampleQueue> ready_;  // of each output
  bool hasQueues_ = false;
  std::vector<const float*> pointers_;
  uint64_t taken_ = 0;  // frames of the song up to the last one pushed
};

}  // namespace divisi::separation
