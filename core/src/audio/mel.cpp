#include "audio/mel.h"

#include <algorithm>
#include <cmath>

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
  mel->spectrum_.resize(static_cast<size_t>(mel->stft_->bins()));
  mel->power_.resize(mel->spectrum_.size());
  // The first frame is centred on the first sample.
  if (!mel->samples_.reserve(1, 2 * mel->fftSize()) ||
      !mel->samples_.pushZeros(mel->fftSize() / 2)) {
    return Status(StatusCode::kOutOfMemory, "no memory for audio");
  }
  return mel;
}

bool MelSpectrum::push(const float* samples, size_t count) {
  return samples_.push(&samples, 0, count);
}

bool MelSpectrum::pull(float* frame) {
  if (samples_.frames() < fftSize()) return false;
  stft_->forward(samples_.channel(0), spectrum_.data());
  samples_.drop(static_cast<size_t>(options_.hop));
  for (size_t bin = 0; bin < power_.size(); ++bin) power_[bin] = std::norm(spectrum_[bin]);
  for (size_t band = 0; band < filters_.size(); ++band) {
    const MelFilter& filter = filters_[band];
    float sum = 0;
    for (size_t i = 0; i < filter.weights.size(); ++i) {
      sum += filter.weights[i] * power_[filter.firstBin + i];
    }
    frame[band] = compress(sum);
  }
  return true;
}

float MelSpectrum::compress(float power) const {
  return std::log10(static_cast<float>(options_.logScale) * power +
                    static_cast<float>(options_.logOffset));
}

}  // namespace divisi::audio
