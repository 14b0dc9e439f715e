#include "melody/live/live_pitch.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace divisi::melody {

namespace {

// More of them change next to nothing, and cost as much as frames do.
constexpr size_t kStandIns = 4;

}  // namespace

size_t liveFrames(const MelodyDocument& document) {
  return document.contextFrames + kPairFrames + std::min(kStandIns, document.contextFrames);
}

Result<std::unique_ptr<LivePitch>> LivePitch::create(std::shared_ptr<MelodyNetwork> network,
                                                     const PitchRange& range) {
  std::unique_ptr<LivePitch> pitch(new LivePitch(std::move(network), range));
  const MelodyDocument& document = pitch->network_->document();
  auto spectra = LogSpectra::create(document.spectra);
  if (!spectra.ok()) return spectra.status();
  pitch->spectra_ = std::move(spectra.value());
  const size_t width = pitch->spectra_->frame().size();
  pitch->seen_ = FloatBuffer(width * document.frames);
  if (!pitch->seen_) return outOfMemory("a melody");
  const auto silence = static_cast<float>(std::log(document.spectra.offset));
  pitch->context_.assign(width * (document.contextFrames + kPairFrames), silence);
  return pitch;
}

Result<std::span<const PitchFrame>> LivePitch::pull(bool heard) {
  while (filled_ < kPairFrames && spectra_->pull()) {
    const std::span<const float> frame = spectra_->frame();
    std::shift_left(context_.begin(), context_.end(), static_cast<ptrdiff_t>(frame.size()));
    std::ranges::copy(frame, context_.end() - static_cast<ptrdiff_t>(frame.size()));
    levels_[filled_++] = {.peak = spectra_->peak(), .db = spectra_->levelDb()};
  }
  if (filled_ == 0 || (filled_ < kPairFrames && !finished_)) return std::span<const PitchFrame>();
  for (size_t i = 0; i < filled_; ++i) frames_[i] = {.levelDb = levels_[i].db};
  if (heard) {
    if (Status status = run(); !status.ok()) return status;
  }
  return std::span<const PitchFrame>(frames_).first(std::exchange(filled_, 0));
}

Status LivePitch::run() {
  const MelodyDocument& document = network_->document();
  const size_t bands = document.spectra.bands;
  const size_t spectra = document.spectra.fftSizes.size();
  const size_t last = document.contextFrames + kPairFrames - 1;
  for (size_t place = 0; place < document.frames; ++place) {
    const float* from = context_.data() + std::min(place, last) * bands * spectra;
    for (size_t band = 0; band < bands; ++band, from += spectra) {
      std::copy_n(from, spectra, seen_.data() + (band * document.frames + place) * spectra);
    }
  }
  if (Status status = network_->run(seen_); !status.ok()) return status;
  const size_t pitches = document.spectra.pitches;
  for (size_t i = 0; i < filled_; ++i) {
    // One alone, at the end, is the newest one too.
    const size_t place = last + 1 - filled_ + i;
    frames_[i] = judge_.judge(network_->logits().subspan(place * pitches, pitches),
                              network_->voicing()[place], levels_[i]);
  }
  return {};
}

}  // namespace divisi::melody
