#include "chords/chord_stream.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/text.h"
#include "chords/chord_decoder.h"

namespace divisi::chords {
namespace {

// Over 30 s tuning is measured as well as over whole songs, within 0.3 cents on average.
constexpr double kListenSeconds = 30;
// Of a song that begins with silence, no more is held back than this: 21 MB at 44.1 kHz.
constexpr double kMostHeldSeconds = 120;

size_t binsOf(const ChordDocument& document) {
  return static_cast<size_t>(document.constantQ.octaves) *
         static_cast<size_t>(document.constantQ.binsPerOctave);
}

std::vector<Output> makeOutputs(const ChordDocument& document) {
  return {{.name = "chords", .kind = OutputKind::kEvents, .labels = document.labels},
          {.name = "tuning", .kind = OutputKind::kRows, .width = 1, .labels = {"tuningCents"}}};
}

}  // namespace

ChordStream::ChordStream(std::shared_ptr<ChordNetwork> network, const StreamFormat& format)
    : network_(std::move(network)),
      format_(format),
      outputs_(makeOutputs(network_->document())),
      row_(binsOf(network_->document())),
      spectrum_(row_.size(), static_cast<size_t>(network_->document().constantQ.binsPerOctave)),
      levels_(static_cast<size_t>(network_->document().constantQ.hop)) {}

Result<std::unique_ptr<ChordStream>> ChordStream::create(std::shared_ptr<ChordNetwork> network,
                                                         const StreamFormat& format,
                                                         std::optional<double> tuningCents) {
  std::unique_ptr<ChordStream> stream(new ChordStream(std::move(network), format));
  auto input = task::MonoInput::create(format, stream->network_->document().constantQ.sampleRate);
  if (!input.ok()) return input.status();
  stream->input_ = std::move(input.value());
  if (!stream->tuning_.reserve(1, 1)) return outOfMemory("audio");
  const Status status = tuningCents ? stream->startTransform(*tuningCents) : stream->listen();
  if (!status.ok()) return status;
  return stream;
}

void ChordStream::Listening::hear() {
  while (partials->next()) {
    meter.add(partials->peaks());
    if (meter.heard()) ++heardFrames;
  }
}

Status ChordStream::listen() {
  listening_ = std::make_unique<Listening>();
  auto partials =
      audio::SpectralPeaks::create({.sampleRate = network_->document().constantQ.sampleRate / 2});
  if (!partials.ok()) return partials.status();
  listening_->partials = std::move(partials.value());
  const bool ok = listening_->decimator.create() &&
                  listening_->halved.reserve(1, size_t{1} << 14) &&
                  listening_->held.reserve(1, size_t{1} << 16);
  return ok ? Status() : outOfMemory("audio");
}

Status ChordStream::startTransform(double tuningCents) {
  tuningCents_ = tuningCents;
  audio::ConstantQOptions options = network_->document().constantQ;
  options.tuningCents = tuningCents;
  auto transform = audio::ConstantQ::create(options);
  if (!transform.ok()) return transform.status();
  transform_ = std::move(transform.value());
  return {};
}

Status ChordStream::push(const AudioView& audio) {
  if (Status status = input_->push(audio); !status.ok()) return status;
  return takeSamples();
}

Status ChordStream::takeSamples() {
  audio::SampleQueue& ready = input_->ready();
  const float* samples = ready.channel(0);
  const size_t count = ready.frames();
  if (!levels_.add({samples, count})) return outOfMemory("the chords of the song");
  Status status = transform_ ? analyse(samples, count) : holdBack(samples, count);
  ready.drop(count);
  return status;
}

Status ChordStream::holdBack(const float* samples, size_t count) {
  Listening& listening = *listening_;
  if (!listening.held.push(&samples, 0, count) ||
      !listening.decimator.push(samples, count, listening.halved) ||
      !listening.partials->push(listening.halved.channel(0), listening.halved.frames())) {
    return outOfMemory("audio");
  }
  listening.halved.drop(listening.halved.frames());
  listening.hear();
  const double heard =
      static_cast<double>(listening.heardFrames) * listening.partials->hopSeconds();
  const double held =
      static_cast<double>(listening.held.frames()) / network_->document().constantQ.sampleRate;
  if (heard < kListenSeconds && held < kMostHeldSeconds) return {};
  return stopListening();
}

Status ChordStream::listenToTheEnd() {
  if (!listening_->partials->finish()) return outOfMemory("audio");
  listening_->hear();
  return stopListening();
}

Status ChordStream::stopListening() {
  const std::unique_ptr<Listening> listening = std::move(listening_);
  if (Status status = startTransform(listening->meter.tuning().cents); !status.ok()) return status;
  return analyse(listening->held.channel(0), listening->held.frames());
}

Status ChordStream::analyse(const float* samples, size_t count) {
  // In pieces, so that queues of rows stay small when what was held back comes.
  constexpr size_t kPiece = size_t{1} << 16;
  for (size_t done = 0; done < count; done += kPiece) {
    if (!transform_->push(samples + done, std::min(kPiece, count - done))) {
      return outOfMemory("audio");
    }
    if (Status status = takeRows(); !status.ok()) return status;
  }
  return {};
}

Status ChordStream::takeRows() {
  while (transform_->pull(row_.data())) {
    if (!spectrum_.add(row_)) return outOfMemory("the chords of the song");
  }
  return {};
}

Status ChordStream::finish() {
  if (Status status = input_->finish(); !status.ok()) return status;
  if (Status status = takeSamples(); !status.ok()) return status;
  if (!levels_.finish()) return outOfMemory("the chords of the song");
  if (!transform_) {
    if (Status status = listenToTheEnd(); !status.ok()) return status;
  }
  if (!transform_->finish()) return outOfMemory("audio");
  if (Status status = takeRows(); !status.ok()) return status;
  const auto cents = static_cast<float>(tuningCents_);
  if (!tuning_.push(&cents)) return outOfMemory("audio");
  return decode();
}

Status ChordStream::decode() {
  const ChordDocument& document = network_->document();
  ChordDecoder decoder(document);
  size_t frame = 0;
  Status status =
      network_->run(spectrum_, [&](std::span<const float> chords, std::span<const float> bass) {
        const bool silent = levels_.isSilent(frame++);
        return decoder.add(chords, bass, silent) ? Status() : outOfMemory("the chords of the song");
      });
  if (!status.ok()) return status;
  const double frameSeconds =
      static_cast<double>(document.constantQ.hop) / document.constantQ.sampleRate;
  const double seconds = static_cast<double>(input_->taken()) / format_.sampleRate;
  for (const Event& chord : decoder.finish(frameSeconds, seconds)) {
    if (!chords_.push(chord)) return outOfMemory("the chords of the song");
  }
  return {};
}

}  // namespace divisi::chords
