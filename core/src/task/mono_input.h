// MonoInput: a stream's audio as its model hears it: one channel, at the model's rate.
//
//   auto input = MonoInput::create(format, 16000);
//   input->push(block);                       // at most kBlockFrames
//   use(input->ready());                      // and drop what was used
//   input->finish();
//
// Channels are mixed with equal weights.
#pragma once

#include <cstdint>
#include <memory>

#include "audio/resampler.h"
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
  std::unique_ptr<audio::Resampler> resampler_;
  FloatBuffer mono_;
  audio::SampleQueue ready_;
  uint64_t taken_ = 0;
};

}  // namespace divisi::task
