#include "separation/pipeline/spectral_synthesis.h"

#include <algorithm>

#include "base/text.h"

namespace divisi::separation {

SpectralSynthesis::SpectralSynthesis(const SeparationDocument& document,
                                     const SeparationSettings& settings, int64_t keptColumn,
                                     int channelCount, audio::Stft& stft)
    : extension_(settings.extension),
      bins_(static_cast<size_t>(document.bins)),
      fftSize_(document.fftSize),
      hop_(document.hop),
      frameCount_(settings.chunking.needed() * document.hop),
      keptColumn_(keptColumn),
      channelCount_(channelCount),
      stft_(stft) {}

bool SpectralSynthesis::allocate(size_t stemCount) {
  synthesised_ = FloatBuffer(kLanes * static_cast<size_t>(fftSize_));
  monoMasks_ = FloatBuffer(size_t{4} * bins_);
  stems_.resize(stemCount);
  bool ok = synthesised_ && monoMasks_;
  for (Stem& stem : stems_) {
    ok = ok && stem.ready.reserve(channelCount_, static_cast<size_t>(frameCount_));
    stem.sums.resize(static_cast<size_t>(channelCount_));
    for (audio::OverlapAdd& sum : stem.sums) ok = ok && sum.create(fftSize_, hop_);
  }
  return ok;
}

Status SpectralSynthesis::render(size_t stem, const ChunkAnalysis& mix, const float* mask,
                                 int64_t begin, int64_t end) {
  // Of the chunk before the first that is wanted, only what overlaps that one.
  const int64_t wanted = std::max(begin, keptColumn_ - fftSize_ / hop_);
  if (wanted >= end) return {};
  const size_t row = bins_ * 2;
  mask += static_cast<size_t>(wanted - begin) * row;
  for (int64_t column = wanted; column < end;) {
    const size_t count = column + 1 < end ? 2 : 1;
    const int64_t last = column + static_cast<int64_t>(count - 1);
    const float* lastMask = mask + (count - 1) * row;
    audio::joinMasked({mix.column(column), mix.column(last)},
                      {columnMask(mask, 0), columnMask(lastMask, 1)}, bins_, stft_.spectrum());
    if (!overlap(stems_[stem], column, count)) {
      return outOfMemory("a chunk of audio");
    }
    column = last + 1;
    mask = lastMask + row;
  }
  return {};
}

bool SpectralSynthesis::overlap(Stem& stem, int64_t column, size_t count) {
  const auto fftSize = static_cast<size_t>(fftSize_);
  const auto hop = static_cast<size_t>(hop_);
  float* samples = synthesised_.data();
  stft_.inverse({samples, samples + fftSize, samples + 2 * fftSize, samples + 3 * fftSize});
  for (size_t i = 0; i < count; ++i, ++column) {
    const bool kept = column >= keptColumn_;
    if (kept && !stem.ready.extend(hop)) return false;
    for (int c = 0; c < channelCount_; ++c) {
      float* added = samples + (2 * i + static_cast<size_t>(c)) * fftSize;
      float* out = kept ? stem.ready.tail(c, hop) : added;
      stem.sums[static_cast<size_t>(c)].add(added, out);
    }
  }
  return true;
}

audio::FrameMask SpectralSynthesis::columnMask(const float* row, size_t slot) {
  if (channelCount_ == 1) {
    float* mean = monoMasks_.data() + slot * 2 * bins_;
    for (size_t bin = 0; bin < bins_; ++bin) {
      mean[2 * bin] = mean[2 * bin + 1] = 0.5F * (row[2 * bin] + row[2 * bin + 1]);
    }
    row = mean;
  }
  audio::FrameMask mask{.bins = row, .above = {}};
  if (extension_ == Extension::kUpperHalf) mask.above = audio::meanMask(row, bins_ / 2, bins_);
  return mask;
}

}  // namespace divisi::separation
