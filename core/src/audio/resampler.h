// Resampler: changes the sample rate of a planar stream (speexdsp's windowed sinc).
//
//   auto resampler = Resampler::create(2, 48000, 44100);
//   resampler->push(channels, frames, queue);              // appends what is ready to `queue`
//   resampler->finish(outputFrames, queue);                // up to exactly that many in all
//
// The filter's delay is taken out: output frame k lies at the instant k / outRate of the input. Any
// division of the input into blocks gives the same output, bit for bit. Equal rates pass through
// untouched. One thread at a time; allocates nothing after create() but `queue`'s growth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "audio/sample_queue.h"
#include "divisi/status.h"

struct SpeexResamplerState_;

namespace divisi::audio {

/// When what comes out of a Resampler, by its reduced rates.
struct ResamplerTiming {
  uint64_t in = 1;     ///< input frames of a period, after which the filter's phases repeat
  uint64_t out = 1;    ///< output frames of a period
  uint64_t delay = 0;  ///< input frames that a frame's filter looks ahead, and back

  /// How many input frames must be pushed before `outputFrames` frames have come out.
  [[nodiscard]] uint64_t inputNeeded(uint64_t outputFrames) const;
  /// How many output frames have come out when `inputFrames` frames have been pushed.
  [[nodiscard]] uint64_t outputReady(uint64_t inputFrames) const;
  /// The last start of a period from which a fresh resampler gives `outputFrame`, and all after it,
  /// as one that had the whole input.
  [[nodiscard]] uint64_t alignedInput(uint64_t outputFrame) const;
};

class Resampler {
 public:
  /// @return kOutOfMemory. Memory: a filter table of about 200 kB between the usual rates; rates
  /// without a common divisor (44101 and 44100) need 34 MB and more.
  static Result<std::unique_ptr<Resampler>> create(int channelCount, int inRate, int outRate);
  ~Resampler();
  Resampler(const Resampler&) = delete;
  Resampler& operator=(const Resampler&) = delete;

  /// Takes channels[channel][offset .. offset + frames) and appends to `out` (of channelCount).
  Status push(const float* const* channels, size_t offset, size_t frames, SampleQueue& out);

  /// Ends the stream: the input counts as followed by silence until `outputFrames` frames have come
  /// out in all.
  Status finish(uint64_t outputFrames, SampleQueue& out);

  [[nodiscard]] const ResamplerTiming& timing() const { return timing_; }

 private:
  Resampler(int channelCount, int inRate, int outRate);
  Status process(const float* const* channels, size_t offset, size_t frames, SampleQueue& out);

  int channelCount_;
  ResamplerTiming timing_;
  SpeexResamplerState_* state_ = nullptr;  // null: equal rates
  uint64_t produced_ = 0;
  FloatBuffer silence_;
};

/// Frames that `frames` frames at `inRate` last at `outRate`, rounded up.
uint64_t resampledLength(uint64_t frames, int inRate, int outRate);

}  // namespace divisi::audio
