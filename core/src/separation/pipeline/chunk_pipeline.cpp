#include "separation/pipeline/chunk_pipeline.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>
#include <utility>

#include "base/text.h"

namespace divisi::separation {
namespace {

// -300 dB of full scale, below any recording: keeps the gain finite for input that is all but zero.
constexpr double kLowestRms = 1e-15;

}  // namespace

ChunkPipeline::ChunkPipeline(const SeparationDocument& document, const SeparationSettings& settings,
                             const RunStart& start, int channelCount,
                             const std::vector<size_t>& stems, ChunkEstimator& estimator,
                             std::unique_ptr<audio::Stft> stft)
    : settings_(settings),
      blockFrames_(static_cast<size_t>(document.fftSize)),
      estimator_(estimator),
      stft_(std::move(stft)),
      analysis_(document, settings, start, channelCount, *stft_),
      synthesis_(document, settings, start, channelCount, stems, *stft_),
      nextChunk_(start.firstChunk),
      nextStart_(static_cast<int64_t>(start.firstChunk) * settings.chunking.hop +
                 settings.chunking.firstStart()) {}

Result<std::unique_ptr<ChunkPipeline>> ChunkPipeline::create(
    const SeparationDocument& document, const SeparationSettings& settings, const RunStart& start,
    int channelCount, const std::vector<size_t>& stems, ChunkEstimator& estimator) {
  assert(settings.chunking.live() || settings.chunking.hop * 2 >= settings.chunking.columns);
  assert(settings.chunking.fade() >= 0);
  assert(settings.padFrames % document.hop == 0);
  auto stft = audio::Stft::create(document.fftSize, document.hop);
  if (!stft.ok()) return stft.status();
  return std::unique_ptr<ChunkPipeline>(new ChunkPipeline(
      document, settings, start, channelCount, stems, estimator, std::move(stft.value())));
}

Status ChunkPipeline::push(const float* const* channels, size_t frames) {
  if (!allocated_ && (!analysis_.allocate() || !synthesis_.allocate())) {
    return outOfMemory("a chunk of audio");
  }
  allocated_ = true;
  for (size_t offset = 0; offset < frames; offset += blockFrames_) {
    if (!analysis_.push(channels, offset, std::min(blockFrames_, frames - offset))) {
      return outOfMemory("a chunk of audio");
    }
    if (Status status = runDueChunks(true); !status.ok()) return status;
  }
  return {};
}

Status ChunkPipeline::runDueChunks(bool wait) {
  const Chunking& chunking = settings_.chunking;
  while (analysis_.advance(nextStart_ + chunking.needed(), wait)) {
    const int64_t start = nextStart_;
    nextStart_ += chunking.hop;
    const int64_t end = std::max(synthesis_.rendered(), start + chunking.given());
    if (Status status = runChunk(start, chunking.secondLook, end); !status.ok()) return status;
  }
  return {};
}

Status ChunkPipeline::completeColumns() {
  if (analysis_.taken() == 0) return {};
  if (Status status = runDueChunks(false); !status.ok()) return status;
  // Every column that reaches a frame of the song, so that the last frame is complete, too.
  while (analysis_.columns() < analysis_.columnsOfSong()) {
    if (!analysis_.pushSilence()) return outOfMemory("a chunk of audio");
    if (Status status = runDueChunks(false); !status.ok()) return status;
  }
  return {};
}

Status ChunkPipeline::completeChunks() {
  const Chunking& chunking = settings_.chunking;
  const int64_t columns = analysis_.columns();
  if (chunking.live()) {
    // One more, for all that was too new.
    return synthesis_.rendered() < columns ? runChunk(columns - chunking.needed(), 0, columns)
                                           : Status();
  }
  // Columns after the last regular chunk, fewer than a chunk, or fewer than a second look has to
  // wait for.
  while (synthesis_.covered() < columns) {
    const int64_t regular = nextStart_;
    nextStart_ += chunking.hop;
    const bool last = regular + chunking.columns >= columns;
    if (!last) {
      Status status = runChunk(regular, chunking.secondLook, nextStart_);
      if (!status.ok()) return status;
      continue;
    }
    // Disjoint chunks stay on their grid. Overlapping ones can be moved back, and look at earlier
    // columns a second time; but a song shorter than a chunk has none.
    const bool back = chunking.fade() > 0 && columns > chunking.columns;
    const int64_t start = back ? columns - chunking.columns : regular;
    Status status = runChunk(start, back ? -chunking.secondLook : chunking.secondLook, columns);
    if (!status.ok()) return status;
  }
  return synthesis_.finish(analysis_);
}

Status ChunkPipeline::runChunk(int64_t start, int secondLook, int64_t end) {
  if (Status status = takeLevel(); !status.ok()) return status;
  if (bypassed_) {
    estimator_.share();
  } else {
    Status status = estimator_.estimate(analysis_.chunk(start, secondLook, gain_));
    if (!status.ok()) return status;
  }
  return synthesis_.add(analysis_, estimator_, start, end);
}

Status ChunkPipeline::takeLevel() {
  if (!settings_.normalise) return {};
  if (levels_.empty()) {
    return {StatusCode::kBadOption, "levels end before chunk " + std::to_string(nextChunk_)};
  }
  const double rms = std::max<double>(levels_.front(), kLowestRms);
  gain_ = static_cast<float>(std::pow(10.0, settings_.rmsDb / 20) / rms);
  levels_.erase(levels_.begin());
  ++nextChunk_;
  return {};
}

}  // namespace divisi::separation
