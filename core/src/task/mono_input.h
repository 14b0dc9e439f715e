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
#pragma once

#include <cstdint>
#include <memory>

#include "audio/rate_converter.h"
#include "audio/sample_queue.h"
#include "base/float_buffer.h"
#include "divisi/audio.h"
#include "divisi/status.h"
#include "divisi/stream.h"

namespace divisi::task {

class MonoInput {
 public:
  /// @return kOutOfMemory.
  static Result<std::unique_ptr<MonoInput>> create(const StreamFormat& format, int modelRate);
  /// For what hears pitch and timbre, and no network (audio/quick_resampler.h). @return
  /// kOutOfMemory.
  static Result<std::unique_ptr<MonoInput>> createQuick(const StreamFormat& format, int modelRate);

  Status push(const AudioView& audio);
  /// Brings ready() to the length of the audio.
  Status finish();

  /// Samples at the model's rate; the owner drops what it has taken.
  [[nodiscard]] audio::SampleQueue& ready() { return ready_; }
  /// Input frames taken.
  [[nodiscard]] uint64_t taken() const { return taken_; }
  [[nodiscard]] const audio::ResamplerTiming& timing() const { return resampler_->timing(); }

 private:
  MonoInput(int inputRate, int modelRate) : inputRate_(inputRate), modelRate_(modelRate) {}

  const int inputRate_;
  const int modelRate_;
  static Result<std::unique_ptr<MonoInput>> createWith(
      const StreamFormat& format, int modelRate, std::unique_ptr<audio::RateConverter> resampler);

  std::unique_ptr<audio::RateConverter> resampler_;
  FloatBuffer mono_;
  audio::SampleQueue ready_;
  uint64_t taken_ = 0;
};

}  // namespace divisi::task
