#include "beats/beats_stream.h"

#include <algorithm>
#include <array>
#include <utility>

#include "audio/resampler.h"
#include "base/integers.h"
#include "base/text.h"
#include "divisi/beats.h"

namespace divisi::beats {
namespace {

double framesPerSecond(const BeatsNetwork& network) {
  const LogFilterbankOptions& frontEnd = network.document().frontEnd;
  return static_cast<double>(frontEnd.sampleRate) / frontEnd.hop;
}

std::vector<Output> outputsOf(const BeatsNetwork& network) {
  std::vector<std::string> numbers;
  for (int number = 1; number <= kMostBeatsPerBar; ++number) {
    numbers.push_back(std::to_string(number));
  }
  const double rate = framesPerSecond(network);
  return {{.name = "beats", .kind = OutputKind::kEvents, .labels = std::move(numbers)},
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
      outputs_(outputsOf(*network_)),
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
  auto bank = LogFilterbank::create(document.frontEnd);
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
  const BeatsDocument& document = network_->document();
  const auto hop = static_cast<uint64_t>(document.frontEnd.hop);
  const auto frames = static_cast<size_t>(document.chunkFrames);
  const auto chunk = static_cast<uint64_t>(frames) * hop;
  const auto lastCentre = (roundedUp(frames, LogFilterbank::kFrames) - 1) * hop;
  const auto half = static_cast<uint64_t>(document.frontEnd.fftSize) / 2;
  // A frame is as long as its transform, whose middle is its centre.
  const auto needed = lastCentre + static_cast<uint64_t>(document.frontEnd.fftSize) - half;
  return {.latency = input_->timing().inputNeeded(needed),
          .runInterval =
              audio::resampledLength(chunk, document.frontEnd.sampleRate, format_.sampleRate)};
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
  const double rate = framesPerSecond(*network_);
  const DecodedBars bars = decodeBars(evidence_, rate, options_);
  evidence_ = {};
  for (const DecodedBeat& beat : bars.beats) {
    const double seconds = beat.frame / rate;
    beats_.push_back({.start = seconds,
                      .end = seconds,
                      .label = beat.number - 1,
                      .value = static_cast<float>(beat.tempo),
                      .confidence = beat.confidence});
  }
  const std::array<float, kSummaryNumbers> summary = {
      static_cast<float>(bars.tempo), bars.tempoConfidence, static_cast<float>(bars.beatsPerBar)};
  return summary_.push(summary.data()) ? giveEnergies() : outOfMemory("a summary");
}

Status BeatsStream::giveEnergies() {
  for (size_t i = 0; i < beats_.size(); ++i) {
    const double start = beats_[i].start;
    // The last beat lasts as long as its tempo says.
    const bool last = i + 1 == beats_.size();
    const double end =
        last ? start + 60 / static_cast<double>(beats_[i].value) : beats_[i + 1].start;
    const float decibels = energy_.decibels(start, end);
    if (!energies_.push(&decibels)) return outOfMemory("the beats' energies");
  }
  return {};
}

size_t BeatsStream::available(size_t output) const {
  if (output == kBeats) return beats_.size() - pulledBeats_;
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
  if (output != kBeats) return 0;
  const size_t count = std::min(events.size(), available(kBeats));
  std::copy_n(beats_.begin() + static_cast<std::ptrdiff_t>(pulledBeats_), count, events.begin());
  pulledBeats_ += count;
  return count;
}

}  // namespace divisi::beats
