// ChunkPipeline: separates one channel group, at the model's sample rate, as a stream.
//
//   Status separateBlock(ChunkPipeline& pipeline, std::span<const float> level,
//                        const float* const* channels, size_t frames) {
//     pipeline.addLevel(level);                     // one for each chunk, before it runs
//     return pipeline.push(channels, frames);       // runs the networks when a chunk is full
//   }
//   Status end(ChunkPipeline& pipeline) {
//     const Status status = pipeline.completeColumns();
//     return status.ok() ? pipeline.completeChunks() : status;
//   }
//
// model frames -> ChunkAnalysis -> ChunkEstimator -> StemSynthesis -> model frames of stems
//
// A chunk runs when its last column is complete, whatever the blocks in which frames arrive, so the
// result does not depend on them. Nothing is allocated after the first push(): the model's file can
// go before it, and leave its place.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "audio/sample_queue.h"
#include "separation/chunks/separation_document.h"
#include "separation/chunks/separation_settings.h"
#include "separation/estimation/chunk_estimator.h"
#include "separation/method/group_pipeline.h"
#include "separation/method/timeline.h"
#include "separation/pipeline/chunk_analysis.h"
#include "separation/pipeline/stem_synthesis.h"
#include "spectrum/stft.h"

namespace divisi::separation {

class ChunkPipeline final : public GroupPipeline {
 public:
  /// @param start the instant of the song from which on frames are pushed, and the first that comes
  /// out. @param channelCount 1 or 2. @param stems those to render, as indices into the document's.
  /// @param estimator shared with other groups; outlives this.
  static Result<std::unique_ptr<ChunkPipeline>> create(const SeparationDocument& document,
                                                       const SeparationSettings& settings,
                                                       const RunStart& start, int channelCount,
                                                       const std::vector<size_t>& stems,
                                                       ChunkEstimator& estimator);

  /// In settings that normalise: an RMS value.
  void addLevel(std::span<const float> numbers) override { levels_.push_back(numbers.front()); }
  void bypassNetworks(bool bypassed) override { bypassed_ = bypassed; }
  Status push(const float* const* channels, size_t frames) override;
  /// The columns that reach past the end; then the estimates that wait for a further chunk.
  Status completeColumns() override;
  Status completeChunks() override;
  [[nodiscard]] audio::SampleQueue& stem(size_t i) override { return synthesis_.ready(i); }

 private:
  ChunkPipeline(const SeparationDocument& document, const SeparationSettings& settings,
                const RunStart& start, int channelCount, const std::vector<size_t>& stems,
                ChunkEstimator& estimator, std::unique_ptr<audio::Stft> stft);

  /// Runs the chunks that become due. @param wait as ChunkAnalysis::advance
  Status runDueChunks(bool wait);
  /// @param secondLook columns from the chunk's start to that of its second look; 0: none.
  /// @param end of the columns that it gives.
  Status runChunk(int64_t start, int secondLook, int64_t end);
  /// Sets gain_ by the level of the next chunk.
  Status takeLevel();

  const SeparationSettings settings_;
  const size_t blockFrames_;  // that are analysed at a time, at most
  ChunkEstimator& estimator_;
  const std::unique_ptr<audio::Stft> stft_;
  ChunkAnalysis analysis_;
  StemSynthesis synthesis_;
  bool allocated_ = false;
  std::vector<float> levels_;  // of the chunks to come
  bool bypassed_ = false;
  float gain_ = 1;     // from the mix to the level that the networks hear
  size_t nextChunk_;   // the first that has not run
  int64_t nextStart_;  // column at which the next regular chunk starts
};

}  // namespace divisi::separation
