#include "key/key_stream.h"

#include <bit>
#include <string>
#include <utility>

#include "base/text.h"

namespace divisi::key {
namespace {

// Keys are heard below 2 kHz.
constexpr int kSampleRate = 22050;

std::vector<Output> makeOutputs() {
  std::vector<std::string> labels;
  for (const char* mode : {" major", " minor"}) {
    for (const char* tonic : {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"}) {
      labels.push_back(std::string(tonic) + mode);
    }
  }
  return {{.name = "keys", .kind = OutputKind::kEvents, .labels = std::move(labels)},
          {.name = "summary",
           .kind = OutputKind::kRows,
           .width = KeySummaryNumbers().size(),
           .labels = {"key", "confidence", "relativeShare", "tuningCents", "tuningConfidence"}}};
}

}  // namespace

Result<std::unique_ptr<KeyStream>> KeyStream::create(const StreamFormat& format) {
  std::unique_ptr<KeyStream> stream(new KeyStream(format));
  stream->outputs_ = makeOutputs();
  auto input = task::MonoInput::createQuick(format, kSampleRate);
  if (!input.ok()) return input.status();
  stream->input_ = std::move(input.value());
  auto partials = audio::SpectralPeaks::create({.sampleRate = kSampleRate});
  if (!partials.ok()) return partials.status();
  stream->partials_ = std::move(partials.value());
  stream->finder_ = std::make_unique<KeyFinder>(stream->partials_->hopSeconds());
  if (!stream->summary_.reserve(KeySummaryNumbers().size(), 1)) return outOfMemory("audio");
  return stream;
}

Status KeyStream::push(const AudioView& audio) {
  if (Status status = input_->push(audio); !status.ok()) return status;
  return takeSamples();
}

Status KeyStream::takeSamples() {
  audio::SampleQueue& samples = input_->ready();
  if (!partials_->push(samples.channel(0), samples.frames())) return outOfMemory("audio");
  samples.drop(samples.frames());
  return takeFrames();
}

Status KeyStream::takeFrames() {
  while (partials_->next()) {
    tuning_.add(partials_->peaks());
    if (!tuning_.heard()) {
      if (!finder_->add({})) return outOfMemory("the keys of the song");
    } else if (!finder_->add(partials_->peaks())) {
      return outOfMemory("the keys of the song");
    }
  }
  return {};
}

Status KeyStream::finish() {
  if (Status status = input_->finish(); !status.ok()) return status;
  if (Status status = takeSamples(); !status.ok()) return status;
  if (!partials_->finish()) return outOfMemory("audio");
  if (Status status = takeFrames(); !status.ok()) return status;
  const audio::Tuning tuning = tuning_.tuning();
  const double seconds = static_cast<double>(input_->taken()) / format_.sampleRate;
  return give(finder_->find(tuning.cents, seconds), tuning);
}

Status KeyStream::give(const SongKeys& keys, const audio::Tuning& tuning) {
  for (const KeyPart& part : keys.parts) {
    const Event event = {.start = part.start,
                         .end = part.end,
                         .label = static_cast<int>(part.key),
                         .value = static_cast<float>(part.relativeShare),
                         .confidence = static_cast<float>(part.confidence)};
    if (!parts_.push(event)) return outOfMemory("the keys of the song");
  }
  const bool silent = keys.parts.empty();
  const KeySummary summary = {.key = silent ? -1 : static_cast<float>(keys.song.key),
                              .confidence = static_cast<float>(keys.song.confidence),
                              .relativeShare = static_cast<float>(keys.song.relativeShare),
                              .tuningCents = static_cast<float>(tuning.cents),
                              .tuningConfidence = static_cast<float>(tuning.confidence)};
  const bool kept = summary_.push(std::bit_cast<KeySummaryNumbers>(summary).data());
  return kept ? Status() : outOfMemory("the keys of the song");
}

}  // namespace divisi::key
