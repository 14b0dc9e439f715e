#include "task/mono_input.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "task/checked_stream.h"

namespace divisi::task {

Result<std::unique_ptr<MonoInput>> MonoInput::create(const StreamFormat& format, int modelRate,
                                                     Halving halving) {
  std::unique_ptr<MonoInput> input(new MonoInput(format.sampleRate, modelRate));
  if (halving == Halving::kQuick && format.sampleRate == 2 * modelRate) {
    input->halfband_ = std::make_unique<audio::HalfbandDecimator>();
    if (!input->halfband_->create()) return outOfMemory("audio");
    input->timing_ = {.in = 2, .out = 1, .delay = audio::HalfbandDecimator::kReach};
  } else {
    auto resampler = audio::Resampler::create(1, format.sampleRate, modelRate);
    if (!resampler.ok()) return resampler.status();
    input->resampler_ = std::move(resampler.value());
    input->timing_ = input->resampler_->timing();
  }
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
  if (resampler_) return resampler_->push(&mono, 0, frames, ready_);
  return halve(mono, frames);
}

Status MonoInput::halve(const float* mono, size_t frames) {
  const size_t before = ready_.frames();
  if (!halfband_->push(mono, frames, ready_)) return outOfMemory("audio");
  halved_ += ready_.frames() - before;
  return {};
}

Status MonoInput::finish() {
  if (halfband_) {
    // Silence follows; what it adds to the filter's delay is no frame of the audio.
    constexpr std::array<float, 2 * audio::HalfbandDecimator::kReach> kSilence{};
    const uint64_t length = audio::resampledLength(taken_, inputRate_, modelRate_);
    if (Status status = halve(kSilence.data(), kSilence.size()); !status.ok()) return status;
    const size_t surplus = static_cast<size_t>(halved_ - std::min(halved_, length));
    ready_.truncate(ready_.frames() - std::min(surplus, ready_.frames()));
    halved_ = length;
    return {};
  }
  return resampler_->finish(audio::resampledLength(taken_, inputRate_, modelRate_), ready_);
}

}  // namespace divisi::task
