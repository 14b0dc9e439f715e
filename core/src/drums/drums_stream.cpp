#include "drums/drums_stream.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "audio/resampler.h"
#include "base/text.h"

namespace divisi::drums {
namespace {

constexpr float kHighestVelocity = 127;
// By how much sensitivities of 0 and 1 differ in log-odds.
constexpr double kSensitivityRange = 5;

std::vector<Output> makeOutputs(const DrumsDocument& document) {
  std::vector<std::string> names;
  for (const Instrument& instrument : document.instruments) names.push_back(instrument.name);
  return {{.name = "hits", .kind = OutputKind::kEvents, .labels = std::move(names)},
          {.name = "velocities", .kind = OutputKind::kRows, .width = 1, .labels = {"velocity"}}};
}

std::vector<float> thresholdsOf(const DrumsDocument& document, double sensitivity) {
  std::vector<float> thresholds;
  for (const Instrument& instrument : document.instruments) {
    const double shift = (sensitivity - 0.5) * kSensitivityRange;
    thresholds.push_back(static_cast<float>(instrument.threshold - shift));
  }
  return thresholds;
}

}  // namespace

DrumsStream::DrumsStream(std::shared_ptr<DrumsNetwork> network, const StreamFormat& format,
                         double sensitivity)
    : network_(std::move(network)),
      format_(format),
      outputs_(makeOutputs(network_->document())),
      pick_([this](std::span<const float> logOdds) {
        picker_.add(logOdds);
        return tell();
      }),
      picker_(thresholdsOf(network_->document(), sensitivity)) {}

Result<std::unique_ptr<DrumsStream>> DrumsStream::create(std::shared_ptr<DrumsNetwork> network,
                                                         const StreamFormat& format,
                                                         double sensitivity) {
  std::unique_ptr<DrumsStream> stream(new DrumsStream(std::move(network), format, sensitivity));
  if (Status status = stream->create(); !status.ok()) return status;
  return stream;
}

Status DrumsStream::create() {
  auto input = task::MonoInput::create(format_, network_->document().frontEnd.sampleRate);
  if (!input.ok()) return input.status();
  input_ = std::move(input.value());
  auto activations = ActivationStream::create(network_);
  if (!activations.ok()) return activations.status();
  activations_ = std::move(activations.value());
  return velocities_.reserve(1, 256) ? Status() : outOfMemory("hits");
}

StreamTiming DrumsStream::timing() const {
  return {.latency = input_->timing().inputNeeded(activations_->latency()),
          .runInterval =
              audio::resampledLength(activations_->runInterval(),
                                     network_->document().frontEnd.sampleRate, format_.sampleRate)};
}

Status DrumsStream::push(const AudioView& audio) {
  if (Status status = input_->push(audio); !status.ok()) return status;
  return takeSamples();
}

Status DrumsStream::takeSamples() {
  audio::SampleQueue& ready = input_->ready();
  const Status status = activations_->push({ready.channel(0), ready.frames()}, pick_);
  ready.drop(ready.frames());
  return status;
}

Status DrumsStream::finish() {
  if (Status status = input_->finish(); !status.ok()) return status;
  if (Status status = takeSamples(); !status.ok()) return status;
  if (Status status = activations_->finish(pick_); !status.ok()) return status;
  picker_.finish();
  return tell();
}

Status DrumsStream::tell() {
  const DrumsDocument& document = network_->document();
  const double seconds = static_cast<double>(input_->taken()) / format_.sampleRate;
  for (const Hit& hit : picker_.take()) {
    const double at = std::clamp(hit.frame / document.framesPerSecond(), 0.0, seconds);
    const float velocity =
        std::clamp(std::round(hit.velocity * kHighestVelocity), 1.0F, kHighestVelocity);
    const bool ok =
        hits_.push({.start = at,
                    .end = at,
                    .label = static_cast<int>(hit.instrument),
                    .value = static_cast<float>(document.instruments[hit.instrument].note),
                    .confidence = hit.confidence}) &&
        velocities_.push(&velocity);
    if (!ok) return outOfMemory("hits");
  }
  return {};
}

}  // namespace divisi::drums
