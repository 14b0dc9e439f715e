#include "spectrum/log_filterbank.h"

#include <kiss_fft.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/text.h"

namespace divisi::audio {
Result<std::unique_ptr<LogFilterbank>> LogFilterbank::create(const LogFilterbankOptions& options,
                                                             size_t framesAtOnce) {
  std::unique_ptr<LogFilterbank> bank(new LogFilterbank(options, framesAtOnce));
  bank->transform_ = kiss_fft_alloc(options.fftSize, 0, nullptr, nullptr);
  if (bank->transform_ == nullptr) return outOfMemory("a Fourier transform");
  for (int n = 0; n < options.fftSize; ++n) {
    const double turn = static_cast<double>(n) / (options.fftSize - 1);
    const double hann = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * turn);
    bank->window_.push_back(static_cast<float>(options.gain * hann));
  }
  bank->makeFilters();
  bank->samples_.resize(bank->fftSize());
  bank->spectrum_.resize(bank->fftSize());
  bank->magnitudes_.resize(kFrames * bank->fftSize() / 2);
  bank->levels_.resize(kFrames * bank->bands());
  bank->last_.resize(bank->bands());
  // The first frame is centred on the first sample.
  if (!bank->queue_.reserve(1, 2 * bank->fftSize() + kFrames * bank->hop()) ||
      !bank->queue_.pushZeros(bank->fftSize() / 2)) {
    return outOfMemory("audio");
  }
  return bank;
}

LogFilterbank::~LogFilterbank() { kiss_fft_free(transform_); }

void LogFilterbank::makeFilters() {
  const std::vector<int> corners = filterCorners(options_);
  for (size_t band = 0; band + 2 < corners.size(); ++band) {
    const int left = corners[band];
    const int peak = corners[band + 1];
    const int right = corners[band + 2];
    std::vector<double> heights;
    double sum = 0;
    for (int bin = left; bin < right; ++bin) {
      const double height = bin < peak ? static_cast<double>(bin - left) / (peak - left)
                                       : static_cast<double>(right - bin) / (right - peak);
      heights.push_back(height);
      sum += height;
    }
    Filter filter{.firstBin = static_cast<size_t>(left), .weights = {}};
    for (const double height : heights) filter.weights.push_back(static_cast<float>(height / sum));
    filters_.push_back(std::move(filter));
  }
}

bool LogFilterbank::push(const float* samples, size_t count) {
  pushed_ += count;
  return queue_.push(&samples, 0, count);
}

bool LogFilterbank::finish() {
  finished_ = true;
  // More than the last frame needs: what is computed ends with `pushed_`.
  return queue_.pushZeros(fftSize() + hop());
}

bool LogFilterbank::pull(float* frame) {
  if (nextFrame_ == endFrame_) {
    nextFrame_ = endFrame_ = 0;
    transform();
    if (endFrame_ == 0) return false;
  }
  for (size_t band = 0; band < bands(); ++band) {
    const float level = levels_[kFrames * band + nextFrame_];
    frame[band] = level;
    frame[bands() + band] = knowsLast_ ? std::max(0.0F, level - last_[band]) : 0;
    last_[band] = level;
  }
  knowsLast_ = true;
  ++nextFrame_;
  return true;
}

bool LogFilterbank::drop() {
  if (queue_.frames() < fftSize() + (framesAtOnce_ - 1) * hop()) return false;
  queue_.drop(framesAtOnce_ * hop());
  frames_ += framesAtOnce_;
  knowsLast_ = false;
  return true;
}

void LogFilterbank::transform() {
  size_t frames = 0;
  if (queue_.frames() >= fftSize()) frames = 1 + (queue_.frames() - fftSize()) / hop();
  if (finished_) {
    const uint64_t left = (pushed_ + hop() - 1) / hop() - frames_;
    frames = static_cast<size_t>(std::min<uint64_t>(frames, left));
  } else if (frames < framesAtOnce_) {
    return;  // the transform costs the same for fewer
  }
  // Never more, so that frames are the same whatever the blocks.
  frames = std::min(frames, framesAtOnce_);
  if (frames == 0) return;
  const float* from = queue_.channel(0);
  const auto at = [&](size_t frame, size_t n) {
    return from[std::min(frame, frames - 1) * hop() + n];
  };
  for (size_t n = 0; n < fftSize(); ++n) {
    const Lanes first = {at(0, n), at(1, n), at(2, n), at(3, n)};
    const Lanes second = {at(4, n), at(5, n), at(6, n), at(7, n)};
    samples_[n] = {.re = window_[n] * first, .im = window_[n] * second};
  }
  static_assert(sizeof(kiss_fft_cpx) == sizeof(Bin));
  kiss_fft(transform_, reinterpret_cast<const kiss_fft_cpx*>(samples_.data()),
           reinterpret_cast<kiss_fft_cpx*>(spectrum_.data()));
  for (size_t bin = 0; bin < fftSize() / 2; ++bin) splitBin(bin);
  for (size_t band = 0; band < bands(); ++band) {
    const Filter& filter = filters_[band];
    Lanes sums[2] = {};
    for (size_t i = 0; i < filter.weights.size(); ++i) {
      const float* magnitudes = &magnitudes_[kFrames * (filter.firstBin + i)];
      sums[0] += filter.weights[i] * loadLanes(magnitudes);
      sums[1] += filter.weights[i] * loadLanes(magnitudes + kLanes);
    }
    float* levels = &levels_[kFrames * band];
    storeLanes(levels, sums[0]);
    storeLanes(levels + kLanes, sums[1]);
    for (size_t frame = 0; frame < kFrames; ++frame) levels[frame] = std::log10(1 + levels[frame]);
  }
  queue_.drop(frames * hop());
  frames_ += frames;
  endFrame_ = frames;
}

void LogFilterbank::splitBin(size_t bin) {
  // Of two real signals as one complex one, z = x + iy: X = (Z + Z*)/2 and Y = (Z - Z*)/2i, where
  // Z* is the conjugate of the bin mirrored.
  const Bin& z = spectrum_[bin];
  const Bin& mirrored = spectrum_[bin == 0 ? 0 : fftSize() - bin];
  const Lanes half = allLanes(0.5F);
  const Lanes xRe = half * (z.re + mirrored.re);
  const Lanes xIm = half * (z.im - mirrored.im);
  const Lanes yRe = half * (z.im + mirrored.im);
  const Lanes yIm = half * (mirrored.re - z.re);
  float* magnitudes = &magnitudes_[kFrames * bin];
  storeLanes(magnitudes, sqrtLanes(xRe * xRe + xIm * xIm));
  storeLanes(magnitudes + kLanes, sqrtLanes(yRe * yRe + yIm * yIm));
}

}  // namespace divisi::audio
