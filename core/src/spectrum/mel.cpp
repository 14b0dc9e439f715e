#include "spectrum/mel.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"

namespace divisi::audio {
namespace {

// Slaney's Auditory Toolbox: 200/3 Hz a mel up to 1 kHz, from there 27 mels for a factor of 6.4.
constexpr double kHzPerMel = 200.0 / 3;
constexpr double kBreakHz = 1000;
constexpr double kBreakMel = kBreakHz / kHzPerMel;
const double kLogStep = std::log(6.4) / 27;

double hzToMel(double hz) {
  return hz < kBreakHz ? hz / kHzPerMel : kBreakMel + std::log(hz / kBreakHz) / kLogStep;
}

double melToHz(double mel) {
  return mel < kBreakMel ? mel * kHzPerMel : kBreakHz * std::exp((mel - kBreakMel) * kLogStep);
}

}  // namespace

std::vector<MelFilter> melFilters(const MelOptions& options) {
  // Triangle b rises from corner b to corner b + 1 and falls to corner b + 2.
  const double lowest = hzToMel(options.minHz);
  const double step = (hzToMel(options.maxHz) - lowest) / (options.bands + 1);
  const auto corner = [&](int index) { return melToHz(lowest + index * step); };
  const double hzPerBin = static_cast<double>(options.sampleRate) / options.fftSize;
  std::vector<MelFilter> filters;
  for (int band = 0; band < options.bands; ++band) {
    const double left = corner(band);
    const double peak = corner(band + 1);
    const double right = corner(band + 2);
    MelFilter filter;
    for (int bin = 0; bin <= options.fftSize / 2; ++bin) {
      const double hz = bin * hzPerBin;
      const double height = std::min((hz - left) / (peak - left), (right - hz) / (right - peak));
      if (height <= 0) continue;
      if (filter.weights.empty()) filter.firstBin = static_cast<size_t>(bin);
      filter.weights.push_back(static_cast<float>(height * 2 / (right - left)));
    }
    filters.push_back(std::move(filter));
  }
  return filters;
}

Result<std::unique_ptr<MelSpectrum>> MelSpectrum::create(const MelOptions& options) {
  std::unique_ptr<MelSpectrum> mel(new MelSpectrum(options));
  // The hop of an Stft matters to its inverse only; a quarter suits it.
  auto stft = Stft::create(options.fftSize, options.fftSize / 4);
  if (!stft.ok()) return stft.status();
  mel->stft_ = std::move(stft.value());
  mel->filters_ = melFilters(options);
  mel->power_.resize(kLanes * mel->stft_->spectrum().size());
  mel->bands_.resize(kLanes * mel->filters_.size());
  // The first frame is centred on the first sample.
  if (!mel->samples_.reserve(1, 2 * mel->fftSize()) ||
      !mel->samples_.pushZeros(mel->fftSize() / 2)) {
    return outOfMemory("audio");
  }
  return mel;
}

bool MelSpectrum::push(const float* samples, size_t count) {
  return samples_.push(&samples, 0, count);
}

bool MelSpectrum::pull(float* frame) {
  if (nextLane_ == endLane_) {
    if (samples_.frames() < fftSize()) return false;
    transform();
  }
  for (size_t band = 0; band < filters_.size(); ++band) {
    frame[band] = compress(bands_[kLanes * band + nextLane_]);
  }
  ++nextLane_;
  return true;
}

void MelSpectrum::transform() {
  const auto hop = static_cast<size_t>(options_.hop);
  const size_t frames = std::min(1 + (samples_.frames() - fftSize()) / hop, kLanes);
  std::array<const float*, kLanes> samples;
  for (size_t lane = 0; lane < kLanes; ++lane) {
    samples[lane] = samples_.channel(0) + std::min(lane, frames - 1) * hop;
  }
  stft_->forward(samples);
  samples_.drop(frames * hop);
  nextLane_ = 0;
  endLane_ = frames;
  float* power = power_.data();
  for (const auto& [re, im] : stft_->spectrum()) {
    storeLanes(power, re * re + im * im);
    power += kLanes;
  }
  for (size_t band = 0; band < filters_.size(); ++band) {
    const MelFilter& filter = filters_[band];
    const float* powers = power_.data() + kLanes * filter.firstBin;
    Lanes sum{};
    for (size_t i = 0; i < filter.weights.size(); ++i) {
      sum += filter.weights[i] * loadLanes(powers + kLanes * i);
    }
    storeLanes(&bands_[kLanes * band], sum);
  }
}

float MelSpectrum::compress(float power) const {
  return std::log10(static_cast<float>(options_.logScale) * power +
                    static_cast<float>(options_.logOffset));
}

}  // namespace divisi::audio
