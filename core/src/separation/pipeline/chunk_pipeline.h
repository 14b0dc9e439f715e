// ChunkPipeline: separates one channel group, at the model's sample rate, as a stream.
//
//   Status separateBlock(ChunkPipeline& pipeline, double level, const float* const* channels,
//                        size_t frames) {
//     pipeline.addLevel(level);                     // one for each chunk, before it runs
//     return pipeline.push(channels, 0, frames);    // runs the networks when a chunk is full
//   }
//   Status end(ChunkPipeline& pipeline) {
//     const Status status = pipeline.completeFrames();
//     return status.ok() ? pipeline.completeChunks() : status;
//   }
//
// samples -> STFT frames (kept for one chunk) -> magnitudes at the network's level -> masks, joined
// with those of the chunk before -> masked spectra -> inverse STFT -> samples.
//
// A chunk runs when its last frame is complete, whatever the blocks in which samples arrive, so the
// result does not depend on them. Nothing is allocated after the first push(): the model's file can
// go before it, and leave its place.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "audio/sample_queue.h"
#include "base/float_buffer.h"
#include "separation/chunks/chunk_timeline.h"
#include "separation/chunks/separation_document.h"
#include "separation/chunks/separation_settings.h"
#include "separation/estimation/mask_estimator.h"
#include "spectrum/stereo_spectrum.h"
#include "spectrum/stft.h"

namespace divisi::separation {

class ChunkPipeline {
 public:
  /// @param start the instant of the song from which on samples are pushed, and the first that
  /// comes out. @param channelCount 1 or 2. @param stems those to render, as indices into the
  /// document's. @param masks shared with other groups; outlives this.
  static Result<std::unique_ptr<ChunkPipeline>> create(const SeparationDocument& document,
                                                       const SeparationSettings& settings,
                                                       const RunStart& start, int channelCount,
                                                       const std::vector<size_t>& stems,
                                                       MaskEstimator& masks);

  /// Says how loud the next chunk that has no level yet hears the mix (an RMS value). In settings
  /// that normalise, every chunk needs one before it runs.
  void addLevel(double level) { levels_.push_back(level); }

  /// Whether chunks that become due give each stem an equal share instead of running the networks.
  void bypassNetworks(bool bypassed) { bypassed_ = bypassed; }

  Status push(const float* const* channels, size_t offset, size_t frames);

  /// Ends the song in two steps, so that the owner can empty the queues in between: completes the
  /// frames that reach past the end, then the masks and samples that wait for a further chunk.
  Status completeFrames();
  Status completeChunks();

  /// The samples of the i-th rendered stem that are ready. The owner drops what it has taken.
  [[nodiscard]] audio::SampleQueue& stem(size_t i) { return stems_[i].ready; }

 private:
  struct Stem {
    size_t index = 0;                     // in the document
    FloatBuffer carriedMask;              // [fade][bins][2], from the chunk before
    std::vector<audio::OverlapAdd> sums;  // one a channel
    audio::SampleQueue ready;
  };

  ChunkPipeline(const SeparationDocument& document, const SeparationSettings& settings,
                const RunStart& start, int channelCount, MaskEstimator& masks);
  [[nodiscard]] bool allocate();

  /// Computes the frames whose samples are there. @param wait leave a frame without a partner for
  /// the next call, if no chunk needs it yet: two frames are transformed at a time.
  Status analyse(bool wait);
  /// The next `count` frames, 1 or 2.
  void analyseFrames(size_t count);
  /// @param secondLook frames from the chunk's start to that of its second look; 0: none.
  Status runChunk(int64_t start, int secondLook, int64_t emitEnd);
  /// Sets gain_ by the level of the next chunk.
  Status takeLevel();
  Status estimateMasks(int64_t start, int secondLook);
  /// @return whether anything but silence was written.
  bool fillNetworkInput(int64_t start);
  void joinWithCarried(Stem& stem, int64_t start);
  Status emitFrames(const float* const* masks, int64_t maskStart, int64_t end);
  /// Renders `count` frames, 1 or 2. @param maskRow of the first
  Status emitStem(Stem& stem, const float* maskRow, int64_t frame, size_t count);
  /// The masks of a frame. @param slot 0 or 1: where those of a channel without a partner are put.
  audio::FrameMask frameMask(const float* maskRow, size_t slot);

  [[nodiscard]] audio::StereoBin* spectrum(int64_t frame);
  /// The frame that a chunk hears at a place: in live settings a mirrored one for one to come.
  [[nodiscard]] int64_t heardAt(int64_t frame) const;

  const SeparationDocument document_;
  const SeparationSettings settings_;
  const int channelCount_;
  MaskEstimator& masks_;
  std::unique_ptr<audio::Stft> stft_;
  audio::SampleQueue samples_;
  FloatBuffer spectra_;      // [chunks.needed()][fft bins] of StereoBin, a ring
  FloatBuffer synthesised_;  // [2 frames][2 channels][fftSize]
  FloatBuffer monoMasks_;    // [2 frames][bins][2], for a channel without a partner
  std::vector<Stem> stems_;
  std::vector<const float*> maskRows_;
  std::vector<double> levels_;  // of the chunks to come
  bool bypassed_ = false;
  float gain_ = 1;       // from the mix to the level that the networks hear
  uint64_t taken_;       // samples of the song up to the last one pushed
  size_t nextChunk_;     // the first that has not run
  int64_t firstMasked_;  // the first frame that has a mask
  int64_t keptFrame_;    // the first frame whose samples come out
  int64_t frames_;       // STFT frames computed
  int64_t emitted_;      // frames turned back into samples
  int64_t nextStart_;    // frame at which the next regular chunk starts
  int64_t covered_;      // frames that have a mask
};

}  // namespace divisi::separation
