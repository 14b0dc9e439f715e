#include "tagging/tagging_stream.h"

#include <cstring>
#include <utility>

#include "audio/resampler.h"
#include "base/text.h"

namespace divisi::tagging {
namespace {

std::vector<Output> outputsOf(const TaggingNetwork& network, int hopFrames) {
  const TaggingDocument& document = network.document();
  const auto secondsOf = [&](int frames) {
    return static_cast<double>(frames) * document.mel.hop / document.mel.sampleRate;
  };
  Output scores = {.name = "scores",
                   .kind = OutputKind::kRows,
                   .width = static_cast<int>(network.scores().size()),
                   .rate = 1 / secondsOf(hopFrames),
                   .itemSeconds = secondsOf(document.patchFrames),
                   .labels = document.labels};
  Output embedding = scores;
  embedding.name = "embedding";
  embedding.width = static_cast<int>(network.embedding().size());
  embedding.labels = {};
  return {std::move(scores),
          std::move(embedding),
          {.name = "padded", .kind = OutputKind::kRows, .width = 1}};
}

}  // namespace

TaggingStream::TaggingStream(std::shared_ptr<TaggingNetwork> network, const StreamFormat& format,
                             int hopFrames)
    : network_(std::move(network)),
      format_(format),
      hopFrames_(hopFrames),
      outputs_(outputsOf(*network_, hopFrames)) {}

Result<std::unique_ptr<TaggingStream>> TaggingStream::create(
    std::shared_ptr<TaggingNetwork> network, const StreamFormat& format, int hopFrames) {
  std::unique_ptr<TaggingStream> stream(new TaggingStream(std::move(network), format, hopFrames));
  if (Status status = stream->allocate(); !status.ok()) return status;
  return stream;
}

Status TaggingStream::allocate() {
  const TaggingDocument& document = network_->document();
  auto input = task::MonoInput::create(format_, document.mel.sampleRate);
  if (!input.ok()) return input.status();
  input_ = std::move(input.value());
  auto mel = audio::MelSpectrum::create(document.mel);
  if (!mel.ok()) return mel.status();
  mel_ = std::move(mel.value());
  patch_ = FloatBuffer(static_cast<size_t>(document.patchFrames) *
                       static_cast<size_t>(document.mel.bands));
  bool ok = static_cast<bool>(patch_);
  for (size_t i = 0; i < rows_.size(); ++i) {
    ok = ok && rows_[i].reserve(static_cast<size_t>(outputs_[i].width), 2);
  }
  return ok ? Status() : outOfMemory("audio");
}

StreamTiming TaggingStream::timing() const {
  const TaggingDocument& document = network_->document();
  const int lastCentre = (document.patchFrames - 1) * document.mel.hop;
  const int samples = lastCentre + document.mel.fftSize / 2;
  const auto hop = static_cast<uint64_t>(hopFrames_) * static_cast<uint64_t>(document.mel.hop);
  return {.latency = input_->timing().inputNeeded(static_cast<uint64_t>(samples)),
          .runInterval = audio::resampledLength(hop, document.mel.sampleRate, format_.sampleRate)};
}

Status TaggingStream::push(const AudioView& audio) {
  Status status = input_->push(audio);
  return status.ok() ? takeSamples() : status;
}

Status TaggingStream::takeSamples() {
  audio::SampleQueue& samples = input_->ready();
  if (!mel_->push(samples.channel(0), samples.frames())) return outOfMemory("audio");
  samples.drop(samples.frames());
  return takeMelFrames();
}

Status TaggingStream::takeMelFrames() {
  const auto patchFrames = static_cast<size_t>(network_->document().patchFrames);
  const auto bands = static_cast<size_t>(network_->document().mel.bands);
  const auto hop = static_cast<size_t>(hopFrames_);
  while (mel_->pull(patch_.data() + filled_ * bands)) {
    if (++filled_ < patchFrames) continue;
    if (Status status = runPatch(); !status.ok()) return status;
    // Keep what the next patch shares with this one.
    filled_ -= hop;
    std::memmove(patch_.data(), patch_.data() + hop * bands, filled_ * bands * sizeof(float));
  }
  return {};
}

Status TaggingStream::runPatch() {
  if (Status status = network_->run(patch_); !status.ok()) return status;
  ++patches_;
  const bool kept = rows_[kScores].push(network_->scores().data()) &&
                    rows_[kEmbedding].push(network_->embedding().data());
  return kept ? Status() : outOfMemory("audio");
}

Status TaggingStream::finish() {
  bool padded = false;
  if (input_->taken() > 0) {
    Status status = input_->finish();
    if (status.ok()) status = takeSamples();
    if (!status.ok()) return status;
    if (!mel_->finish()) return outOfMemory("audio");
    if (status = takeMelFrames(); !status.ok()) return status;
    padded = patches_ == 0;
    if (padded) status = padPatch();
    if (!status.ok()) return status;
  }
  const auto row = static_cast<float>(padded);
  return rows_[kPadded].push(&row) ? Status() : outOfMemory("audio");
}

Status TaggingStream::padPatch() {
  const std::vector<float> silence(static_cast<size_t>(network_->document().mel.hop));
  while (patches_ == 0) {
    if (!mel_->push(silence.data(), silence.size())) return outOfMemory("audio");
    if (Status status = takeMelFrames(); !status.ok()) return status;
  }
  return {};
}

}  // namespace divisi::tagging
