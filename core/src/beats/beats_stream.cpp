#include "beats/beats_stream.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "beats/told_beats.h"

namespace divisi::beats {
namespace {

std::vector<Output> outputsOf(double rate) {
  return {beatsOutput(),
          {.name = "summary",
           .kind = OutputKind::kRows,
           .width = kSummaryNumbers,
           .labels = {"tempo", "tempoConfidence", "beatsPerBar"}},
          {.name = "activations",
           .kind = OutputKind::kRows,
           .width = kActivations,
           .rate = rate,
           .itemSeconds = 1 / rate,
           .labels = {"beat", "downbeat", "neither"}},
          {.name = "energies", .kind = OutputKind::kRows, .width = 1, .labels = {"energyDb"}}};
}

}  // namespace

BeatsStream::BeatsStream(std::shared_ptr<BeatsNetwork> network, const StreamFormat& format,
                         const BarDecoderOptions& options)
    : network_(std::move(network)),
      format_(format),
      options_(options),
      outputs_(outputsOf(network_->document().framesPerSecond())),
      accents_(network_->features() / 2),
      energy_(network_->document().frontEnd.sampleRate) {}

Result<std::unique_ptr<BeatsStream>> BeatsStream::create(std::shared_ptr<BeatsNetwork> network,
                                                         const StreamFormat& format,
                                                         const BarDecoderOptions& options) {
  std::unique_ptr<BeatsStream> stream(new BeatsStream(std::move(network), format, options));
  if (Status status = stream->allocate(); !status.ok()) return status;
  return stream;
}

Status BeatsStream::allocate() {
  const BeatsDocument& document = network_->document();
  auto input = task::MonoInput::create(format_, document.frontEnd.sampleRate);
  if (!input.ok()) return input.status();
  input_ = std::move(input.value());
  auto bank = audio::LogFilterbank::create(document.frontEnd);
  if (!bank.ok()) return bank.status();
  bank_ = std::move(bank.value());
  if (document.nonCausal) {
    auto nonCausal = NonCausal::create(network_);
    if (!nonCausal.ok()) return nonCausal.status();
    nonCausal_ = std::move(nonCausal.value());
  }
  auto state = network_->createState();
  if (!state.ok()) return state.status();
  state_ = std::move(state.value());
  const auto frames = static_cast<size_t>(document.chunkFrames);
  chunk_ = FloatBuffer(frames * network_->features());
  const bool ok = chunk_ && summary_.reserve(kSummaryNumbers, 1) &&
                  activations_.reserve(kActivations, 2 * frames) && energies_.reserve(1, frames);
  return ok ? Status() : outOfMemory("audio");
}

StreamTiming BeatsStream::timing() const {
  return timingOf(network_->document(), *input_, format_.sampleRate, audio::LogFilterbank::kFrames);
}

Status BeatsStream::push(const AudioView& audio) {
  Status status = input_->push(audio);
  return status.ok() ? takeSamples() : status;
}

Status BeatsStream::takeSamples() {
  audio::SampleQueue& samples = input_->ready();
  if (!bank_->push(samples.channel(0), samples.frames())) return outOfMemory("audio");
  energy_.add({samples.channel(0), samples.frames()});
  samples.drop(samples.frames());
  return takeFrames();
}

Status BeatsStream::takeFrames() {
  const auto chunkFrames = static_cast<size_t>(network_->document().chunkFrames);
  while (bank_->pull(chunk_.data() + filled_ * network_->features())) {
    if (++filled_ < chunkFrames) continue;
    if (Status status = runChunk(); !status.ok()) return status;
  }
  return {};
}

Status BeatsStream::runChunk() {
  if (Status status = network_->run(chunk_, state_); !status.ok()) return status;
  const float* activations = network_->activations().data();
  for (size_t frame = 0; frame < filled_; ++frame, activations += kActivations) {
    if (!activations_.push(activations)) return outOfMemory("activations");
    const std::span<const float> features =
        chunk_.span().subspan(frame * network_->features(), network_->features());
    evidence_.push_back({.beat = activations[0] + activations[1],
                         .downbeat = activations[1],
                         .accent = accents_.next(features)});
    if (nonCausal_ == nullptr) continue;
    if (Status status = nonCausal_->push(features.first(features.size() / 2),
                                         std::span(activations, kHeardActivations));
        !status.ok()) {
      return status;
    }
  }
  filled_ = 0;
  takeHindsight();
  return {};
}

/// What is known of frames from both sides takes the place of what was known from one.
void BeatsStream::takeHindsight() {
  if (nonCausal_ == nullptr) return;
  for (const BeatOdds& odds : nonCausal_->take()) {
    evidence_[heardFromBothSides_].beat = odds.beat;
    evidence_[heardFromBothSides_].downbeat = odds.downbeat;
    ++heardFromBothSides_;
  }
}

Status BeatsStream::finish() {
  if (input_->taken() > 0) {
    Status status = input_->finish();
    if (status.ok()) status = takeSamples();
    if (!status.ok()) return status;
    if (!bank_->finish()) return outOfMemory("audio");
    if (status = takeFrames(); !status.ok()) return status;
    // The rest of a chunk: the network hears the past only, so what comes behind is of no matter.
    std::ranges::fill(chunk_.span().subspan(filled_ * network_->features()), 0.0F);
    if (filled_ > 0) status = runChunk();
    if (status.ok() && nonCausal_ != nullptr) status = nonCausal_->finish();
    if (!status.ok()) return status;
    takeHindsight();
  }
  return decode();
}

Status BeatsStream::decode() {
  const double rate = network_->document().framesPerSecond();
  const DecodedBars bars = decodeBars(evidence_, rate, options_);
  evidence_ = {};
  for (size_t i = 0; i < bars.beats.size(); ++i) {
    const DecodedBeat& beat = bars.beats[i];
    const Event event = beatEvent(beat.frame / rate, beat.number, beat.tempo, beat.confidence);
    // The last beat lasts as long as its tempo says.
    const bool last = i + 1 == bars.beats.size();
    const double end =
        last ? event.start + 60 / static_cast<double>(event.value) : bars.beats[i + 1].frame / rate;
    const float decibels = energy_.decibels(event.start, end);
    if (!beats_.push(event) || !energies_.push(&decibels)) return outOfMemory("beats");
  }
  const std::array<float, kSummaryNumbers> summary = {
      static_cast<float>(bars.tempo), bars.tempoConfidence, static_cast<float>(bars.beatsPerBar)};
  return summary_.push(summary.data()) ? Status() : outOfMemory("a summary");
}

size_t BeatsStream::available(size_t output) const {
  if (output == kBeats) return beats_.available();
  if (output == kEnergies) return energies_.available();
  return output == kSummary ? summary_.available() : activations_.available();
}

size_t BeatsStream::pull(size_t output, float* const* planes, size_t maxItems) {
  if (output == kBeats) return 0;
  if (output == kEnergies) return energies_.pull(planes[0], maxItems);
  task::RowQueue& rows = output == kSummary ? summary_ : activations_;
  return rows.pull(planes[0], maxItems);
}

size_t BeatsStream::pullEvents(size_t output, std::span<Event> events) {
  return output == kBeats ? beats_.pull(events) : 0;
}

}  // namespace divisi::beats
