#include "notes/notes_stream.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "audio/resampler.h"
#include "base/text.h"

namespace divisi::notes {
namespace {

constexpr float kHighestVelocity = 127;
// The package takes 86 columns a second, of 86.13, and so leaves out the end of long songs.
constexpr uint64_t kReferenceColumnsPerSecond = 86;

std::vector<Output> makeOutputs() {
  return {{.name = "notes", .kind = OutputKind::kEvents},
          {.name = "shapes",
           .kind = OutputKind::kRows,
           .width = static_cast<int>(kNoteShapeNumbers),
           .labels = {"velocity", "bendCount"}},
          {.name = "bends", .kind = OutputKind::kRows, .width = 1, .labels = {"semitones"}}};
}

/// From window to window: in the mode "reference" as the package has it, where columns jump by a
/// few milliseconds between windows.
size_t hopOf(const NotesDocument& document, bool reference) {
  const size_t hop = document.spectrum.hop;
  return reference ? document.spectrum.frames - 2 * document.marginColumns * hop
                   : document.keptColumns() * hop;
}

}  // namespace

NotesStream::NotesStream(std::shared_ptr<NotesNetwork> network, const StreamFormat& format,
                         const NotesOptions& options)
    : network_(std::move(network)), format_(format), options_(options), outputs_(makeOutputs()) {}

Result<std::unique_ptr<NotesStream>> NotesStream::create(std::shared_ptr<NotesNetwork> network,
                                                         const StreamFormat& format,
                                                         const NotesOptions& options) {
  std::unique_ptr<NotesStream> stream(new NotesStream(std::move(network), format, options));
  if (Status status = stream->create(); !status.ok()) return status;
  return stream;
}

Status NotesStream::create() {
  const NotesDocument& document = network_->document();
  auto input = task::MonoInput::create(format_, document.spectrum.sampleRate);
  if (!input.ok()) return input.status();
  input_ = std::move(input.value());
  auto activations = ActivationStream::create(network_, hopOf(document, options_.reference));
  if (!activations.ok()) return activations.status();
  activations_ = std::move(activations.value());
  if (!shapes_.reserve(kNoteShapeNumbers, 64) || !bends_.reserve(1, 1024)) {
    return outOfMemory("notes");
  }
  if (options_.reference) {
    reference_.emplace(document.pitches());
    return {};
  }
  auto refinement = Refinement::create(network_);
  if (!refinement.ok()) return refinement.status();
  refinement_ = std::move(refinement.value());
  decoder_.emplace(NoteDecoderOptions{
      .pitches = document.pitches(),
      .columnSeconds = static_cast<double>(document.spectrum.hop) / document.spectrum.sampleRate,
      .sensitivity = options_.sensitivity,
      .lowest = static_cast<size_t>(options_.minPitch - document.lowestPitch),
      .highest = static_cast<size_t>(options_.maxPitch - document.lowestPitch)});
  return {};
}

StreamTiming NotesStream::timing() const {
  const NotesDocument& document = network_->document();
  const uint64_t hop = hopOf(document, options_.reference);
  // A window, and what the refinement waits for behind it.
  const uint64_t refined = document.refinement.columns * document.spectrum.hop;
  return {
      .latency = input_->timing().inputNeeded(activations_->latency() + refined),
      .runInterval = audio::resampledLength(hop, document.spectrum.sampleRate, format_.sampleRate)};
}

Status NotesStream::push(const AudioView& audio) {
  if (Status status = input_->push(audio); !status.ok()) return status;
  return takeSamples();
}

Status NotesStream::takeSamples() {
  audio::SampleQueue& ready = input_->ready();
  const Status status =
      activations_->push({ready.channel(0), ready.frames()},
                         [this](const Activations& column) { return takeColumn(column); });
  ready.drop(ready.frames());
  return status;
}

Status NotesStream::takeColumn(const Activations& column) {
  if (reference_) {
    return reference_->add(column.note, column.onset, column.contour) ? Status()
                                                                      : outOfMemory("notes");
  }
  return refinement_->push(column,
                           [this](std::span<const float> heard, std::span<const float> logOdds) {
                             return refine(heard, logOdds);
                           });
}

Status NotesStream::refine(std::span<const float> heard, std::span<const float> logOdds) {
  decoder_->add(heard, logOdds);
  return tell(decoder_->take());
}

Status NotesStream::finish() {
  if (Status status = input_->finish(); !status.ok()) return status;
  if (Status status = takeSamples(); !status.ok()) return status;
  Status status =
      activations_->finish([this](const Activations& column) { return takeColumn(column); });
  if (!status.ok()) return status;
  if (reference_) return finishReference();
  Status refined =
      refinement_->finish([this](std::span<const float> heard, std::span<const float> logOdds) {
        return refine(heard, logOdds);
      });
  if (!refined.ok()) return refined;
  decoder_->finish();
  return tell(decoder_->take());
}

Status NotesStream::finishReference() {
  const auto rate = static_cast<uint64_t>(network_->document().spectrum.sampleRate);
  auto notes = reference_->finish(
      static_cast<size_t>(activations_->pushed() * kReferenceColumnsPerSecond / rate));
  if (!notes.ok()) return notes.status();
  const int lowest = network_->document().lowestPitch;
  std::erase_if(notes.value(), [&](const Note& note) {
    const int pitch = note.pitch + lowest;
    return pitch < options_.minPitch || pitch > options_.maxPitch;
  });
  return tell(notes.value());
}

Status NotesStream::tell(const std::vector<Note>& notes) {
  const double seconds = static_cast<double>(input_->taken()) / format_.sampleRate;
  for (const Note& note : notes) {
    const double end = std::min(note.end, seconds);
    if (note.start >= end) continue;
    const float shape[] = {
        std::clamp(std::round(note.amplitude * kHighestVelocity), 1.0F, kHighestVelocity),
        static_cast<float>(note.bends.size())};
    bool ok =
        notes_.push({.start = note.start,
                     .end = end,
                     .value = static_cast<float>(note.pitch + network_->document().lowestPitch),
                     .confidence = note.confidence}) &&
        shapes_.push(shape);
    for (const float& bend : note.bends) ok = ok && bends_.push(&bend);
    if (!ok) return outOfMemory("notes");
  }
  return {};
}

size_t NotesStream::available(size_t output) const {
  if (output == kNotesOutput) return notes_.available();
  return output == kNoteShapesOutput ? shapes_.available() : bends_.available();
}

size_t NotesStream::pull(size_t output, float* const* planes, size_t maxItems) {
  if (output == kNoteShapesOutput) return shapes_.pull(planes[0], maxItems);
  return output == kNoteBendsOutput ? bends_.pull(planes[0], maxItems) : 0;
}

}  // namespace divisi::notes
