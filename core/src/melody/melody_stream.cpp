#include "melody/melody_stream.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "audio/resampler.h"
#include "base/text.h"

namespace divisi::melody {
namespace {

std::vector<Output> makeOutputs(const MelodyDocument& document) {
  const double seconds = document.frameSeconds();
  return {{.name = "notes", .kind = OutputKind::kEvents},
          {.name = "shapes",
           .kind = OutputKind::kRows,
           .width = static_cast<int>(kNoteShapeNumbers),
           .labels = {"velocity", "bendCount"}},
          {.name = "bends", .kind = OutputKind::kRows, .width = 1, .labels = {"semitones"}},
          {.name = "pitch",
           .kind = OutputKind::kRows,
           .width = static_cast<int>(kPitchNumbers),
           .rate = 1 / seconds,
           .itemSeconds = seconds,
           .labels = {"hz", "confidence"}}};
}

}  // namespace

MelodyStream::MelodyStream(std::shared_ptr<MelodyNetwork> network, const StreamFormat& format)
    : network_(std::move(network)), format_(format), outputs_(makeOutputs(network_->document())) {}

Result<std::unique_ptr<MelodyStream>> MelodyStream::create(std::shared_ptr<MelodyNetwork> network,
                                                           const StreamFormat& format,
                                                           const PitchRange& range) {
  std::unique_ptr<MelodyStream> stream(new MelodyStream(std::move(network), format));
  if (Status status = stream->create(range); !status.ok()) return status;
  return stream;
}

Status MelodyStream::create(const PitchRange& range) {
  const LogSpectraOptions& spectra = network_->document().spectra;
  auto input = task::MonoInput::create(format_, spectra.sampleRate);
  if (!input.ok()) return input.status();
  input_ = std::move(input.value());
  auto frames = PitchStream::create(network_, range);
  if (!frames.ok()) return frames.status();
  frames_ = std::move(frames.value());
  if (!shapes_.reserve(kNoteShapeNumbers, 64) || !bends_.reserve(1, 1024) ||
      !pitch_.reserve(kPitchNumbers, 256)) {
    return outOfMemory("a melody");
  }
  return {};
}

StreamTiming MelodyStream::timing() const {
  const int modelRate = network_->document().spectra.sampleRate;
  return {.latency = input_->timing().inputNeeded(frames_->latency()),
          .runInterval = audio::resampledLength(frames_->runHop(), modelRate, format_.sampleRate)};
}

Status MelodyStream::push(const AudioView& audio) {
  if (Status status = input_->push(audio); !status.ok()) return status;
  return takeSamples();
}

Status MelodyStream::takeSamples() {
  audio::SampleQueue& ready = input_->ready();
  const Status status = frames_->push({ready.channel(0), ready.frames()},
                                      [this](const PitchFrame& frame) { return takeFrame(frame); });
  ready.drop(ready.frames());
  return status;
}

Status MelodyStream::finish() {
  if (Status status = input_->finish(); !status.ok()) return status;
  if (Status status = takeSamples(); !status.ok()) return status;
  Status status = frames_->finish([this](const PitchFrame& frame) { return takeFrame(frame); });
  if (!status.ok()) return status;
  decoder_.finish();
  return tellNotes();
}

Status MelodyStream::takeFrame(const PitchFrame& frame) {
  const float row[] = {frame.hz, frame.confidence};
  if (!pitch_.push(row)) return outOfMemory("a melody");
  decoder_.add(frame);
  return tellNotes();
}

Status MelodyStream::tellNotes() {
  const double frameSeconds = network_->document().frameSeconds();
  const double seconds = static_cast<double>(input_->taken()) / format_.sampleRate;
  for (const VoiceNote& note : decoder_.take()) {
    const double start = static_cast<double>(note.begin) * frameSeconds;
    const double end = std::min(static_cast<double>(note.end) * frameSeconds, seconds);
    if (start >= end) continue;
    const float shape[] = {velocityOf(note.levelDb), static_cast<float>(note.bends.size())};
    bool ok = notes_.push({.start = start,
                           .end = end,
                           .value = static_cast<float>(note.pitch),
                           .confidence = note.confidence}) &&
              shapes_.push(shape);
    for (const float& bend : note.bends) ok = ok && bends_.push(&bend);
    if (!ok) return outOfMemory("notes");
  }
  return {};
}

size_t MelodyStream::available(size_t output) const {
  if (output == kNotesOutput) return notes_.available();
  if (output == kPitchOutput) return pitch_.available();
  return output == kNoteShapesOutput ? shapes_.available() : bends_.available();
}

size_t MelodyStream::pull(size_t output, float* const* planes, size_t maxItems) {
  if (output == kPitchOutput) return pitch_.pull(planes[0], maxItems);
  if (output == kNoteShapesOutput) return shapes_.pull(planes[0], maxItems);
  return output == kNoteBendsOutput ? bends_.pull(planes[0], maxItems) : 0;
}

}  // namespace divisi::melody
