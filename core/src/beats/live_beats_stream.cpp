#include "beats/live_beats_stream.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "beats/told_beats.h"

namespace divisi::beats {
namespace {

std::vector<Output> outputsOf(double framesPerSecond) {
  return {beatsOutput(),
          {.name = "state",
           .kind = OutputKind::kRows,
           .width = kStateNumbers,
           .rate = framesPerSecond,
           .labels = {"tempo", "confidence", "untilBeat", "number", "beatsPerBar"}}};
}

}  // namespace

LiveBeatsStream::LiveBeatsStream(std::shared_ptr<BeatsNetwork> network, const StreamFormat& format,
                                 const LiveBeatsOptions& options)
    : network_(std::move(network)),
      format_(format),
      framesPerSecond_(network_->document().framesPerSecond()),
      outputs_(outputsOf(framesPerSecond_)),
      accents_(network_->features() / 2),
      salience_(framesPerSecond_),
      model_(framesPerSecond_, options.bars, liveBarWeights()),
      filter_(model_, {}) {}

Result<std::unique_ptr<LiveBeatsStream>> LiveBeatsStream::create(
    std::shared_ptr<BeatsNetwork> network, const StreamFormat& format,
    const LiveBeatsOptions& options) {
  std::unique_ptr<LiveBeatsStream> stream(new LiveBeatsStream(std::move(network), format, options));
  if (Status status = stream->allocate(options.leadSeconds); !status.ok()) return status;
  return stream;
}

Status LiveBeatsStream::allocate(double leadSeconds) {
  const BeatsDocument& document = network_->document();
  auto input = task::MonoInput::create(format_, document.frontEnd.sampleRate);
  if (!input.ok()) return input.status();
  input_ = std::move(input.value());
  auto bank = audio::LogFilterbank::create(document.frontEnd, kLiveFrames);
  if (!bank.ok()) return bank.status();
  bank_ = std::move(bank.value());
  auto state = network_->createState();
  if (!state.ok()) return state.status();
  state_ = std::move(state.value());
  chunk_ = FloatBuffer(kLiveFrames * network_->features());
  // A frame is known when so much more audio has come.
  const double late = static_cast<double>(timing().latency) / format_.sampleRate;
  clock_ = std::make_unique<BeatClock>((leadSeconds + late) * framesPerSecond_, ClockWeights{});
  const bool ok = chunk_ && states_.reserve(kStateNumbers, static_cast<size_t>(framesPerSecond_));
  return ok ? Status() : outOfMemory("audio");
}

StreamTiming LiveBeatsStream::timing() const {
  return timingOf(network_->document(), *input_, format_.sampleRate, kLiveFrames);
}

Status LiveBeatsStream::push(const AudioView& audio) {
  Status status = input_->push(audio);
  if (status.ok()) status = takeSamples();
  return status.ok() ? takeFrames() : status;
}

Status LiveBeatsStream::skip(const AudioView& audio) {
  Status status = input_->push(audio);
  if (status.ok()) status = takeSamples();
  while (status.ok() && bank_->drop()) {
    const FrameSalience nothing = {.sounding = last_.sounding};
    for (int i = 0; i < kLiveFrames && status.ok(); ++i) status = takeFrame(nothing, false);
  }
  return status;
}

Status LiveBeatsStream::takeSamples() {
  audio::SampleQueue& samples = input_->ready();
  if (!bank_->push(samples.channel(0), samples.frames())) return outOfMemory("audio");
  samples.drop(samples.frames());
  return {};
}

Status LiveBeatsStream::takeFrames() {
  while (bank_->pull(chunk_.data() + filled_ * network_->features())) {
    if (++filled_ < kLiveFrames) continue;
    if (Status status = runNetwork(kLiveFrames); !status.ok()) return status;
  }
  return {};
}

Status LiveBeatsStream::runNetwork(size_t frames) {
  filled_ = 0;
  if (Status status = network_->run(chunk_, state_); !status.ok()) return status;
  for (size_t frame = 0; frame < frames; ++frame) {
    const float* const activations = network_->activations().data() + frame * kActivations;
    const std::span<const float> features =
        chunk_.span().subspan(frame * network_->features(), network_->features());
    last_ = salience_.next({.beat = activations[0] + activations[1],
                            .downbeat = activations[1],
                            .accent = accents_.next(features)});
    if (Status status = takeFrame(last_, last_.sounding); !status.ok()) return status;
  }
  return {};
}

Status LiveBeatsStream::takeFrame(const FrameSalience& salience, bool heard) {
  if (heard) {
    filter_.push(salience);
  } else {
    filter_.skip();
  }
  if (const auto beat = clock_->advance(frame_, filter_.next(), salience)) {
    const Event event = beatEvent(beat->frame / framesPerSecond_, beat->number,
                                  60 * framesPerSecond_ / beat->interval, beat->confidence);
    if (!beats_.push(event)) return outOfMemory("beats");
  }
  const ToldBeat& next = clock_->next();
  // Where no beat would be told, there is no tempo either.
  const bool sure = salience.sounding && next.confidence >= ClockWeights{}.least;
  const double tempo = sure ? 60 * framesPerSecond_ / next.interval : 0;
  const double untilBeat = (next.frame - static_cast<double>(frame_)) / framesPerSecond_;
  const std::array<float, kStateNumbers> row = {
      static_cast<float>(tempo), next.confidence, static_cast<float>(untilBeat),
      static_cast<float>(next.number), static_cast<float>(sure ? next.beatsPerBar : 0)};
  ++frame_;
  return states_.push(row.data()) ? Status() : outOfMemory("states");
}

Status LiveBeatsStream::finish() {
  if (input_->taken() == 0) return {};
  Status status = input_->finish();
  if (status.ok()) status = takeSamples();
  if (!status.ok()) return status;
  if (!bank_->finish()) return outOfMemory("audio");
  if (status = takeFrames(); !status.ok() || filled_ == 0) return status;
  const size_t frames = filled_;
  std::ranges::fill(chunk_.span().subspan(frames * network_->features()), 0.0F);
  return runNetwork(frames);
}

size_t LiveBeatsStream::available(size_t output) const {
  return output == kToldBeats ? beats_.available() : states_.available();
}

size_t LiveBeatsStream::pull(size_t output, float* const* planes, size_t maxItems) {
  return output == kToldBeats ? 0 : states_.pull(planes[0], maxItems);
}

size_t LiveBeatsStream::pullEvents(size_t output, std::span<Event> events) {
  return output == kToldBeats ? beats_.pull(events) : 0;
}

}  // namespace divisi::beats
