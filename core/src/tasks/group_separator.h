// GroupSeparator: separates one channel group, at the model's sample rate, as a stream.
//
//   group->push(channels, offset, frames);     // runs the networks when a chunk is full
//   group->completeFrames(), group->completeChunks();
//   group->stem(i)                             // queue of what is ready, aligned with the input
//
// samples -> STFT frames (kept for one chunk) -> magnitudes at the network's level -> masks, joined
// with those of the chunk before -> masked spectra -> inverse STFT -> samples.
//
// A chunk runs when its last frame is complete, whatever the blocks in which samples arrive, so the
// result does not depend on them. Nothing is allocated after create().
#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <vector>

#include "audio/float_buffer.h"
#include "audio/level_meter.h"
#include "audio/sample_queue.h"
#include "audio/stft.h"
#include "tasks/separation_plan.h"
#include "tasks/separation_task.h"
#include "tasks/stem_networks.h"

namespace divisi::tasks {

class GroupSeparator {
 public:
  /// @param channelCount 1 or 2. @param stems those to render, as indices into the task's.
  /// @param networks shared with other groups; outlives this.
  static Result<std::unique_ptr<GroupSeparator>> create(const SeparationTask& task,
                                                        const SeparationPlan& plan,
                                                        int channelCount,
                                                        const std::vector<size_t>& stems,
                                                        StemNetworks& networks);

  Status push(const float* const* channels, size_t offset, size_t frames);

  /// Ends the song in two steps, so that the owner can empty the queues in between: completes the
  /// frames that reach past the end, then the masks and samples that wait for a further chunk.
  Status completeFrames();
  Status completeChunks();

  /// The samples of the i-th rendered stem that are ready. The owner drops what it has taken.
  [[nodiscard]] audio::SampleQueue& stem(size_t i) { return stems_[i].ready; }

  /// Samples that must be pushed before `samples` come out.
  static uint64_t inputNeeded(const SeparationTask& task, const SeparationPlan& plan,
                              uint64_t samples);

 private:
  struct Stem {
    size_t index = 0;                     // in the task
    audio::FloatBuffer carriedMask;       // [fade][bins][2], from the chunk before
    std::vector<audio::OverlapAdd> sums;  // one a channel
    audio::SampleQueue ready;
  };

  GroupSeparator(const SeparationTask& task, const SeparationPlan& plan, int channelCount,
                 StemNetworks& networks);
  [[nodiscard]] bool allocate(const std::vector<size_t>& stems);

  Status analyse();
  /// @param secondLook frames from the chunk's start to that of its second look; 0: none.
  Status runChunk(int64_t start, int secondLook, int64_t emitEnd);
  Status estimateMasks(int64_t start, int secondLook);
  /// @return whether anything but silence was written.
  bool fillNetworkInput(int64_t start);
  void joinWithCarried(Stem& stem, int64_t start);
  Status emitFrames(const float* const* masks, int64_t maskStart, int64_t end);
  Status emitStem(Stem& stem, const float* maskRow, int64_t frame);
  void applyMask(const float* maskRow, int channel, const std::complex<float>* spectrum);

  [[nodiscard]] float upperHalfMean(const float* maskRow, int channel) const;

  [[nodiscard]] std::complex<float>* spectrum(int64_t frame, int channel);

  const SeparationTask task_;
  const SeparationPlan plan_;
  const int channelCount_;
  StemNetworks& networks_;
  std::unique_ptr<audio::Stft> stft_;
  audio::LevelMeter meter_;
  audio::SampleQueue samples_;
  audio::FloatBuffer spectra_;  // [chunks.needed()][channel][fft bins] complex, a ring
  audio::FloatBuffer masked_;   // one complex spectrum
  audio::FloatBuffer frame_;    // one frame of samples
  std::vector<Stem> stems_;
  std::vector<const float*> masks_;
  uint64_t taken_ = 0;     // samples pushed
  int64_t frames_ = 0;     // STFT frames computed
  int64_t emitted_ = 0;    // frames turned back into samples
  int64_t nextStart_ = 0;  // frame at which the next regular chunk starts
  int64_t covered_ = 0;    // frames that have a mask
};

}  // namespace divisi::tasks
