#include "melody/pitch/pitch_stream.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace divisi::melody {

Result<std::unique_ptr<PitchStream>> PitchStream::create(std::shared_ptr<MelodyNetwork> network,
                                                         const PitchRange& range) {
  std::unique_ptr<PitchStream> stream(new PitchStream(std::move(network), range));
  const MelodyDocument& document = stream->network_->document();
  auto spectra = LogSpectra::create(document.spectra);
  if (!spectra.ok()) return spectra.status();
  stream->spectra_ = std::move(spectra.value());
  const size_t width = stream->spectra_->frame().size();
  stream->seen_ = FloatBuffer(width * document.frames);
  if (!stream->seen_) return outOfMemory("a melody");
  stream->frames_.reserve(2 * width * document.frames);
  stream->levels_.reserve(2 * document.frames);
  return stream;
}

uint64_t PitchStream::latency() const {
  const MelodyDocument& document = network_->document();
  return (document.frames - 1) * document.spectra.hop + spectra_->reach();
}

uint64_t PitchStream::runHop() const {
  const MelodyDocument& document = network_->document();
  return (document.frames - 2 * document.contextFrames) * document.spectra.hop;
}

Status PitchStream::push(std::span<const float> samples, const Consumer& consumer) {
  if (!spectra_->push(samples)) return outOfMemory("audio");
  return takeFrames(consumer);
}

Status PitchStream::takeFrames(const Consumer& consumer) {
  const MelodyDocument& document = network_->document();
  while (spectra_->pull()) {
    keep(spectra_->frame(), {.peak = spectra_->peak(), .db = spectra_->levelDb()});
    if (heard_ < document.frames) continue;
    // As soon as a window begins no later than the context of the frame to come.
    const uint64_t start = heard_ - document.frames;
    if (start != 0 && start + document.contextFrames < given_) continue;
    const Status status = run(heard_ - document.contextFrames, consumer);
    if (!status.ok()) return status;
  }
  return {};
}

void PitchStream::keep(std::span<const float> frame, FrameLevel level) {
  const size_t frames = network_->document().frames;
  if (levels_.size() == 2 * frames) {
    frames_.erase(frames_.begin(), frames_.begin() + static_cast<ptrdiff_t>(frames * frame.size()));
    levels_.erase(levels_.begin(), levels_.begin() + static_cast<ptrdiff_t>(frames));
  }
  frames_.insert(frames_.end(), frame.begin(), frame.end());
  levels_.push_back(level);
  ++heard_;
}

Status PitchStream::finish(const Consumer& consumer) {
  if (!spectra_->finish()) return outOfMemory("audio");
  if (Status status = takeFrames(consumer); !status.ok()) return status;
  const uint64_t end = heard_;
  const auto silence = static_cast<float>(std::log(network_->document().spectra.offset));
  const std::vector<float> silent(spectra_->frame().size(), silence);
  while (heard_ < network_->document().frames) keep(silent, {});
  return given_ < end ? run(end, consumer) : Status();
}

Status PitchStream::run(uint64_t end, const Consumer& consumer) {
  const MelodyDocument& document = network_->document();
  const size_t bands = document.spectra.bands;
  const size_t spectra = document.spectra.fftSizes.size();
  const size_t begin = levels_.size() - document.frames;
  for (size_t frame = 0; frame < document.frames; ++frame) {
    const float* from = frames_.data() + (begin + frame) * bands * spectra;
    for (size_t band = 0; band < bands; ++band) {
      float* const to = seen_.data() + (band * document.frames + frame) * spectra;
      std::copy_n(from, spectra, to);
      from += spectra;
    }
  }
  if (Status status = network_->run(seen_); !status.ok()) return status;
  const size_t pitches = document.spectra.pitches;
  for (; given_ < end; ++given_) {
    const auto frame = static_cast<size_t>(given_ - (heard_ - document.frames));
    const Status status =
        consumer(judge_.judge(network_->logits().subspan(frame * pitches, pitches),
                              network_->voicing()[frame], levels_[begin + frame]));
    if (!status.ok()) return status;
  }
  return {};
}

}  // namespace divisi::melody
