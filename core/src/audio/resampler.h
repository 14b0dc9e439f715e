// Resampler: changes the sample rate of a planar stream (speexdsp's windowed sinc).
//
//   Status resample(const float* const* channels, size_t frames, SampleQueue& out) {
//     auto resampler = Resampler::create(2, 48000, 44100);
//     if (!resampler.ok()) return resampler.status();
//     const Status status = resampler.value()->push(channels, 0, frames, out);   // what is ready
//     if (!status.ok()) return status;
//     const uint64_t length = resampledLength(frames, 48000, 44100);
//     return resampler.value()->finish(length, out);   // up to exactly that many in all
//   }
//
// Band-limited interpolation after Smith, "Digital Audio Resampling Home Page", CCRMA, Stanford
// University, 2007, as speexdsp has it. The filter's delay is taken out: output frame k lies at the
// instant k / outRate of the input. Any division of the input into blocks gives the same output,
// bit for bit. Equal rates pass through untouched. One thread at a time; allocates nothing after
// create() but `queue`'s growth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "audio/rate_converter.h"
#include "audio/sample_queue.h"
#include "divisi/status.h"

struct SpeexResamplerState_;

namespace divisi::audio {

class Resampler final : public RateConverter {
 public:
  /// @return kOutOfMemory. Memory: a filter table of about 200 kB between the usual rates; rates
  /// without a common divisor (44101 and 44100) need 34 MB and more.
  static Result<std::unique_ptr<Resampler>> create(int channelCount, int inRate, int outRate);
  ~Resampler() override;
  Resampler(const Resampler&) = delete;
  Resampler& operator=(const Resampler&) = delete;

  /// Takes channels[channel][offset .. offset + frames) and appends to `out` (of channelCount).
  Status push(const float* const* channels, size_t offset, size_t frames,
              SampleQueue& out) override;

  /// Ends the stream: the input counts as followed by silence until `outputFrames` frames have come
  /// out in all.
  Status finish(uint64_t outputFrames, SampleQueue& out) override;

  [[nodiscard]] const ResamplerTiming& timing() const override { return timing_; }

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
