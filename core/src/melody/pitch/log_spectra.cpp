#include "melody/pitch/log_spectra.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/lanes.h"
#include "base/text.h"

namespace divisi::melody {
namespace {

constexpr double kLeastAmplitude = 1e-7;

}  // namespace

std::vector<audio::MelFilter> bandFilters(const LogSpectraOptions& options, int fftSize) {
  const double hzPerBin = static_cast<double>(options.sampleRate) / fftSize;
  const int lastBin = fftSize / 2;
  std::vector<audio::MelFilter> filters;
  for (int band = 0; band < static_cast<int>(options.bands); ++band) {
    const double low = options.bandHz(band - 1);
    const double centre = options.bandHz(band);
    const double high = options.bandHz(band + 1);
    audio::MelFilter filter;
    double sum = 0;
    std::vector<double> heights;
    for (int bin = 0; bin <= lastBin; ++bin) {
      const double hz = bin * hzPerBin;
      const double height = std::min((hz - low) / (centre - low), (high - hz) / (high - centre));
      if (height <= 0) continue;
      if (heights.empty()) filter.firstBin = static_cast<size_t>(bin);
      heights.push_back(height);
      sum += height;
    }
    for (const double height : heights) filter.weights.push_back(static_cast<float>(height / sum));
    if (heights.empty()) {
      // The lower of two that are equally near.
      const double nearest = std::ceil(centre / hzPerBin - 0.5);
      filter.firstBin = static_cast<size_t>(std::clamp(nearest, 0.0, static_cast<double>(lastBin)));
      filter.weights = {1};
    }
    filters.push_back(std::move(filter));
  }
  return filters;
}

Result<std::unique_ptr<LogSpectra>> LogSpectra::create(const LogSpectraOptions& options) {
  std::unique_ptr<LogSpectra> spectra(new LogSpectra(options));
  size_t bins = 0;
  for (const int size : options.fftSizes) {
    // The hop of an Stft matters to its inverse only; a quarter suits it.
    auto stft = audio::Stft::create(size, size / 4);
    if (!stft.ok()) return stft.status();
    bins = std::max(bins, static_cast<size_t>(stft.value()->bins()));
    spectra->margin_ = std::max(spectra->margin_, static_cast<size_t>(size / 2));
    spectra->transforms_.push_back({.stft = std::move(stft.value()),
                                    .filters = bandFilters(options, size),
                                    .bands = std::vector<float>(kLanes * options.bands)});
  }
  // A frame also needs the whole hop behind its centre, for its level.
  spectra->margin_ = std::max(spectra->margin_, options.hop);
  spectra->magnitudes_.resize(kLanes * bins);
  spectra->frame_.resize(options.bands * options.fftSizes.size());
  if (!spectra->samples_.reserve(1, 4 * spectra->margin_) ||
      !spectra->samples_.pushZeros(spectra->margin_)) {
    return outOfMemory("audio");
  }
  return spectra;
}

bool LogSpectra::push(std::span<const float> samples) {
  const float* const channel = samples.data();
  pushed_ += samples.size();
  return samples_.push(&channel, 0, samples.size());
}

bool LogSpectra::finish() {
  finished_ = true;
  return samples_.pushZeros(2 * margin_);
}

bool LogSpectra::pull() {
  if (finished_ && pulled_ >= std::max<uint64_t>(1, pushed_ / options_.hop)) return false;
  if (lane_ == lanes_) {
    if (samples_.frames() < 2 * margin_) return false;
    transform();
  }
  const size_t spectra = transforms_.size();
  for (size_t i = 0; i < spectra; ++i) {
    const float* const bands = transforms_[i].bands.data();
    for (size_t band = 0; band < options_.bands; ++band) {
      frame_[band * spectra + i] =
          std::log(bands[kLanes * band + lane_] + static_cast<float>(options_.offset));
    }
  }
  measure(samples_.channel(0) + margin_);
  samples_.drop(options_.hop);
  ++lane_;
  ++pulled_;
  return true;
}

void LogSpectra::transform() {
  const size_t hop = options_.hop;
  lane_ = 0;
  lanes_ = std::min(1 + (samples_.frames() - 2 * margin_) / hop, kLanes);
  for (Transform& each : transforms_) {
    const size_t half = static_cast<size_t>(each.stft->fftSize()) / 2;
    std::array<const float*, kLanes> samples;
    for (size_t lane = 0; lane < kLanes; ++lane) {
      samples[lane] = samples_.channel(0) + margin_ - half + std::min(lane, lanes_ - 1) * hop;
    }
    each.stft->forward(samples);
    float* magnitude = magnitudes_.data();
    for (const auto& [re, im] : each.stft->spectrum()) {
      const Lanes power = re * re + im * im;
      for (size_t lane = 0; lane < kLanes; ++lane) magnitude[lane] = std::sqrt(power[lane]);
      magnitude += kLanes;
    }
    for (size_t band = 0; band < options_.bands; ++band) {
      const audio::MelFilter& filter = each.filters[band];
      const float* const first = magnitudes_.data() + kLanes * filter.firstBin;
      Lanes sum{};
      for (size_t i = 0; i < filter.weights.size(); ++i) {
        sum += filter.weights[i] * loadLanes(first + kLanes * i);
      }
      storeLanes(&each.bands[kLanes * band], sum);
    }
  }
}

void LogSpectra::measure(const float* centre) {
  double power = 0;
  peak_ = 0;
  for (size_t i = 0; i < options_.hop; ++i) {
    peak_ = std::max(peak_, std::abs(centre[i]));
    power += static_cast<double>(centre[i]) * centre[i];
  }
  const double mean = (power_ + power) / static_cast<double>(2 * options_.hop);
  levelDb_ = static_cast<float>(20 * std::log10(std::max(std::sqrt(mean), kLeastAmplitude)));
  power_ = power;
}

}  // namespace divisi::melody
