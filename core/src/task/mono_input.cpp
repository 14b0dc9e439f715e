#include "task/mono_input.h"

#include <cstring>
#include <utility>

#include "audio/quick_resampler.h"
#include "audio/resampler.h"
#include "base/text.h"
#include "task/checked_stream.h"

namespace divisi::task {

Result<std::unique_ptr<MonoInput>> MonoInput::create(const StreamFormat& format, int modelRate) {
  auto resampler = audio::Resampler::create(1, format.sampleRate, modelRate);
  if (!resampler.ok()) return resampler.status();
  return createWith(format, modelRate, std::move(resampler.value()));
}

Result<std::unique_ptr<MonoInput>> MonoInput::createQuick(const StreamFormat& format,
                                                          int modelRate) {
  auto resampler = audio::createQuickResampler(format.sampleRate, modelRate);
  if (!resampler.ok()) return resampler.status();
  return createWith(format, modelRate, std::move(resampler.value()));
}

Result<std::unique_ptr<MonoInput>> MonoInput::createWith(
    const StreamFormat& format, int modelRate, std::unique_ptr<audio::RateConverter> resampler) {
  std::unique_ptr<MonoInput> input(new MonoInput(format.sampleRate, modelRate));
  input->resampler_ = std::move(resampler);
  input->mono_ = FloatBuffer(kBlockFrames);
  const auto block =
      static_cast<size_t>(audio::resampledLength(kBlockFrames, format.sampleRate, modelRate));
  if (input->mono_.size() == 0 || !input->ready_.reserve(1, 2 * block)) {
    return outOfMemory("audio");
  }
  return input;
}

Status MonoInput::push(const AudioView& audio) {
  float* mono = mono_.data();
  const size_t frames = audio.frameCount;
  std::memcpy(mono, audio.channels[0], frames * sizeof(float));
  for (int c = 1; c < audio.channelCount; ++c) {
    const float* samples = audio.channels[c];
    for (size_t n = 0; n < frames; ++n) mono[n] += samples[n];
  }
  const float weight = 1.0F / static_cast<float>(audio.channelCount);
  for (size_t n = 0; n < frames; ++n) mono[n] *= weight;
  taken_ += frames;
  return resampler_->push(&mono, 0, frames, ready_);
}

Status MonoInput::finish() {
  return resampler_->finish(audio::resampledLength(taken_, inputRate_, modelRate_), ready_);
}

}  // namespace divisi::task
