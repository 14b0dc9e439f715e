// StreamSeparator: the Separator of the public API.
//
//   input ---------------------------- delay line ---------------------- (-) -> remainder stem
//     |                                                                   |
//     +-> to the model's rate -> channel groups -> to the input's rate ---+---> other stems
//
// The remainder stem is what the others leave of the input, taken at the input's own rate: nothing
// that the model cannot represent is lost, and the stems add up to the input by construction.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audio/channel_groups.h"
#include "audio/resampler.h"
#include "audio/sample_queue.h"
#include "divisi/separator.h"
#include "separation/chunks/chunk_levels.h"
#include "separation/chunks/chunk_timeline.h"
#include "separation/chunks/separation_document.h"
#include "separation/chunks/separation_settings.h"
#include "separation/estimation/mask_estimator.h"
#include "separation/estimation/stem_networks.h"
#include "separation/pipeline/chunk_pipeline.h"

namespace divisi::tasks {

class StreamSeparator final : public Separator {
 public:
  /// As Separator::create, with a plan of the caller's choice.
  static Result<std::unique_ptr<StreamSeparator>> create(std::shared_ptr<StemNetworks> networks,
                                                         const SeparationPlan& plan,
                                                         const SeparatorOptions& options);

  [[nodiscard]] const SongLayout& layout() const { return *layout_; }
  /// As GroupSeparator::bypassNetworks, for all groups.
  void bypassNetworks(bool bypassed);

  [[nodiscard]] const std::vector<std::string>& stems() const override { return stemNames_; }
  [[nodiscard]] Status push(const AudioView& audio) override;
  [[nodiscard]] size_t available() const override;
  [[nodiscard]] size_t pull(float* const* const* out, size_t maxFrames) override;
  [[nodiscard]] Status finish() override;
  [[nodiscard]] size_t latency() const override;

 private:
  struct Group {
    audio::ChannelGroup channels;
    std::unique_ptr<GroupSeparator> separator;
  };
  /// A stem that comes out of the networks (the remainder does not).
  struct Rendered {
    std::unique_ptr<audio::Resampler> toInputRate;
    audio::SampleQueue ready;  // at the input's rate
  };
  struct Output {
    int rendered = -1;  // index into rendered_; -1: the remainder
    audio::SampleQueue ready;
  };

  StreamSeparator(SeparationTask task, const SeparationPlan& plan, const SeparatorOptions& options);
  Status chooseStems();
  Status allocate(std::shared_ptr<StemNetworks> networks);
  /// Takes the memory for all that waits for a chunk, once audio arrives.
  [[nodiscard]] bool reserveQueues();
  Status createResamplers();
  /// Places the run in the song, once the resamplers' timing is known.
  Status start();
  Status takeGivenLevels(size_t groupCount);
  Status pushBlock(const float* const* channels, size_t offset, size_t frames);
  /// Hands the groups what levels_ holds.
  void tellLevels();
  Status feedGroups();
  Status collectStems();
  /// Drops what the resamplers give before the first frame that is wanted.
  void dropSurplus();
  Status emit(size_t frames);

  const SeparationTask task_;
  const SeparationPlan plan_;
  const SeparatorOptions options_;
  std::vector<std::string> stemNames_;
  std::vector<size_t> renderedStems_;  // indices into the task's stems
  bool hasRemainder_ = false;
  std::unique_ptr<StemMasks> stemMasks_;
  std::unique_ptr<audio::Resampler> toModelRate_;
  std::optional<SongLayout> layout_;
  RunStart start_;
  std::optional<LevelTrack> track_;  // none: the levels were given, or are not needed
  std::vector<double> levels_;       // [chunk][group], not yet told to the groups
  audio::SampleQueue modelInput_;
  std::vector<Group> groups_;
  std::vector<Rendered> rendered_;
  std::vector<Output> outputs_;
  audio::SampleQueue delayed_;  // input not yet part of any output; only for the remainder
  bool hasQueues_ = false;
  std::vector<const float*> pointers_;
  uint64_t modelSurplus_ = 0;  // samples that toModelRate_ still gives before the groups' first
  uint64_t stemSurplus_ = 0;   // frames that toInputRate still gives before the first output
  uint64_t taken_ = 0;         // frames of the song up to the last one pushed
  bool finished_ = false;
  Status fault_;  // what made the stream unusable
};

}  // namespace divisi::tasks
