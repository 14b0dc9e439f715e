#include "melody/live/live_melody_stream.h"

#include <utility>

#include "audio/resampler.h"
#include "base/text.h"

namespace divisi::melody {
namespace {

std::vector<Output> outputsOf(double frameSeconds) {
  return {{.name = "changes", .kind = OutputKind::kEvents},
          {.name = "pitch",
           .kind = OutputKind::kRows,
           .width = static_cast<int>(kLivePitchNumbers),
           .rate = 1 / frameSeconds,
           .itemSeconds = frameSeconds,
           .labels = {"hz", "confidence", "levelDb"}}};
}

}  // namespace

LiveMelodyStream::LiveMelodyStream(const MelodyDocument& document, const StreamFormat& format)
    : format_(format),
      modelRate_(document.spectra.sampleRate),
      frameSeconds_(document.frameSeconds()),
      hop_(document.spectra.hop),
      outputs_(outputsOf(document.frameSeconds())) {}

Result<std::unique_ptr<LiveMelodyStream>> LiveMelodyStream::create(
    std::shared_ptr<MelodyNetwork> network, const StreamFormat& format, const PitchRange& range) {
  std::unique_ptr<LiveMelodyStream> stream(new LiveMelodyStream(network->document(), format));
  auto input = task::MonoInput::create(format, stream->modelRate_);
  if (!input.ok()) return input.status();
  stream->input_ = std::move(input.value());
  auto frames = LivePitch::create(std::move(network), range);
  if (!frames.ok()) return frames.status();
  stream->frames_ = std::move(frames.value());
  if (!stream->pitch_.reserve(kLivePitchNumbers, 64)) return outOfMemory("a melody");
  return stream;
}

StreamTiming LiveMelodyStream::timing() const {
  // An onset lies up to a hop before a frame's centre, the frame after that one tells it, and that
  // may wait for the second one of its run.
  return {
      .latency = input_->timing().inputNeeded(frames_->reach() + (1 + kPairFrames) * hop_),
      .runInterval = audio::resampledLength(kPairFrames * hop_, modelRate_, format_.sampleRate)};
}

Status LiveMelodyStream::take(const AudioView& audio, bool heard) {
  if (Status status = input_->push(audio); !status.ok()) return status;
  return takeSamples(heard);
}

Status LiveMelodyStream::takeSamples(bool heard) {
  audio::SampleQueue& ready = input_->ready();
  if (!frames_->push({ready.channel(0), ready.frames()})) return outOfMemory("audio");
  ready.drop(ready.frames());
  while (true) {
    const auto frames = frames_->pull(heard);
    if (!frames.ok()) return frames.status();
    if (frames.value().empty()) return {};
    for (const PitchFrame& frame : frames.value()) {
      const float row[] = {frame.hz, frame.confidence, frame.levelDb};
      if (!pitch_.push(row)) return outOfMemory("a melody");
      if (Status status = tell(tracker_.add(frame)); !status.ok()) return status;
    }
  }
}

Status LiveMelodyStream::finish() {
  if (input_->taken() == 0) return {};
  if (Status status = input_->finish(); !status.ok()) return status;
  if (Status status = takeSamples(true); !status.ok()) return status;
  if (!frames_->finish()) return outOfMemory("audio");
  if (Status status = takeSamples(true); !status.ok()) return status;
  return tell(tracker_.finish());
}

Status LiveMelodyStream::tell(std::span<const NoteChange> changes) {
  for (const NoteChange& change : changes) {
    const double seconds = static_cast<double>(change.frame) * frameSeconds_;
    if (!changes_.push({.start = seconds,
                        .end = seconds,
                        .label = change.velocity,
                        .value = static_cast<float>(change.pitch),
                        .confidence = change.confidence})) {
      return outOfMemory("notes");
    }
  }
  return {};
}

}  // namespace divisi::melody
