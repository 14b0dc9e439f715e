#include "spectrum/partials/spectral_peaks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace divisi::audio {
namespace {

// Below that a bin is silent: full scale is 0 dB, and 24 bits reach -144.
constexpr float kSilentPower = 1e-18F;

}  // namespace

Result<std::unique_ptr<SpectralPeaks>> SpectralPeaks::create(const SpectralPeakOptions& options) {
  std::unique_ptr<SpectralPeaks> finder(new SpectralPeaks(options));
  std::vector<float> window = periodicHann(options.fftSize);
  // A sine of amplitude 1 has a peak of 0 dB.
  const float scale = 4.0F / static_cast<float>(options.fftSize);
  for (float& weight : window) weight *= scale;
  auto stft = Stft::create(window, window, options.hop);
  if (!stft.ok()) return stft.status();
  finder->stft_ = std::move(stft.value());
  const double binHz = static_cast<double>(options.sampleRate) / options.fftSize;
  finder->firstBin_ = static_cast<size_t>(options.minHz / binHz);
  finder->endBin_ = static_cast<size_t>(options.maxHz / binHz);
  finder->levels_.resize(finder->endBin_ - finder->firstBin_ + 2);
  const auto fftSize = static_cast<size_t>(options.fftSize);
  if (!finder->samples_.reserve(1, 4 * fftSize) || !finder->samples_.pushZeros(fftSize / 2)) {
    return outOfMemory("audio");
  }
  return finder;
}

bool SpectralPeaks::push(const float* samples, size_t count) {
  return samples_.push(&samples, 0, count);
}

bool SpectralPeaks::next() {
  if (nextLane_ == endLane_) {
    if (samples_.frames() < static_cast<size_t>(options_.fftSize)) return false;
    transform();
  }
  find(nextLane_++);
  return true;
}

void SpectralPeaks::transform() {
  const auto hop = static_cast<size_t>(options_.hop);
  const auto fftSize = static_cast<size_t>(options_.fftSize);
  const size_t frames = std::min(1 + (samples_.frames() - fftSize) / hop, kLanes);
  std::array<const float*, kLanes> windows;
  for (size_t lane = 0; lane < kLanes; ++lane) {
    windows[lane] = samples_.channel(0) + std::min(lane, frames - 1) * hop;
  }
  stft_->forward(windows);
  samples_.drop(frames * hop);
  nextLane_ = 0;
  endLane_ = frames;
}

void SpectralPeaks::find(size_t lane) {
  peaks_.clear();
  const std::span<const LaneBin> spectrum = stft_->spectrum();
  for (size_t i = 0; i < levels_.size(); ++i) {
    const LaneBin& bin = spectrum[firstBin_ - 1 + i];
    const float power = bin.re[lane] * bin.re[lane] + bin.im[lane] * bin.im[lane];
    levels_[i] = 10 * std::log10(std::max(power, kSilentPower));
  }
  const double binHz = static_cast<double>(options_.sampleRate) / options_.fftSize;
  float highest = 10 * std::log10(kSilentPower);
  for (size_t i = 1; i + 1 < levels_.size(); ++i) {
    const float before = levels_[i - 1];
    const float here = levels_[i];
    const float after = levels_[i + 1];
    if (here <= before || here < after) continue;
    const float shift = 0.5F * (before - after) / (before - 2 * here + after);
    peaks_.push_back(
        {.hz = static_cast<float>(
             (static_cast<double>(firstBin_ - 1 + i) + static_cast<double>(shift)) * binHz),
         .level = here - 0.25F * (before - after) * shift});
    highest = std::max(highest, peaks_.back().level);
  }
  std::erase_if(peaks_,
                [&](const SpectralPeak& peak) { return peak.level < highest - options_.rangeDb; });
}

}  // namespace divisi::audio
