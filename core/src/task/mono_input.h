// MonoInput: a stream's audio as its model hears it: one channel, at the model's rate.
//
//   void use(const float* samples, size_t count);
//
//   Status take(MonoInput& input, const AudioView& block) {   // at most kBlockFrames
//     const Status status = input.push(block);
//     use(input.ready().channel(0), input.ready().frames());
//     input.ready().drop(input.ready().frames());             // what was used
//     return status;                                          // finish() after the last block
//   }
//
// Channels are mixed with equal weights.
//
// Where the rate is halved, as from 44.1 to 22.05 kHz, a half-band filter may take the place of the
// resampler (Halving::kQuick): a tenth of the time, and exact to -89 dB below 0.8 of the model's
// Nyquist frequency; above, sound fades and folds. That is for what hears pitch and timbre, not for
// networks that were trained with all up to there.
#pragma once

#include <cstdint>
#include <memory>

#include "audio/halfband_decimator.h"
#include "audio/resampler.h"
#include "audio/sample_queue.h"
#include "base/float_buffer.h"
#include "divisi/audio.h"
#include "divisi/status.h"
#include "divisi/stream.h"

namespace divisi::task {

class MonoInput {
 public:
  enum class Halving { kExact, kQuick };

  /// @return kOutOfMemory.
  static Result<std::unique_ptr<MonoInput>> create(const StreamFormat& format, int modelRate,
                                                   Halving halving = Halving::kExact);

  Status push(const AudioView& audio);
  /// Brings ready() to the length of the audio.
  Status finish();

  /// Samples at the model's rate; the owner drops what it has taken.
  [[nodiscard]] audio::SampleQueue& ready() { return ready_; }
  /// Input frames taken.
  [[nodiscard]] uint64_t taken() const { return taken_; }
  [[nodiscard]] const audio::ResamplerTiming& timing() const { return timing_; }

 private:
  MonoInput(int inputRate, int modelRate) : inputRate_(inputRate), modelRate_(modelRate) {}

  const int inputRate_;
  const int modelRate_;
  Status halve(const float* mono, size_t frames);

  std::unique_ptr<audio::Resampler> resampler_;  // or
  std::unique_ptr<audio::HalfbandDecimator> halfband_;
  audio::ResamplerTiming timing_;
  uint64_t halved_ = 0;  // output frames of the half-band filter so far
  FloatBuffer mono_;
  audio::SampleQueue ready_;
  uint64_t taken_ = 0;
};

}  // namespace divisi::task
