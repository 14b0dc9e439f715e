#include "spectrum/segment_transform.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "base/integers.h"

namespace divisi::audio {
namespace {

std::vector<double> windowOf(const SegmentTransformOptions& options) {
  std::vector<double> window(size(options.fftSize));
  const size_t first = size(options.fftSize - options.windowSize) / 2;
  for (size_t n = 0; n < size(options.windowSize); ++n) {
    const double turn = static_cast<double>(n) / options.windowSize;
    const double cosine = std::cos(2 * std::numbers::pi * turn);
    double& value = window[first + n];
    if (options.window == Window::kHann) {
      value = 0.5 - 0.5 * cosine;
    } else {
      value = options.window == Window::kHamming ? 0.54 - 0.46 * cosine : 1.0;
    }
  }
  return window;
}

/// The frame that stands at `frame` in a segment mirrored at both ends.
int64_t mirrored(int64_t frame, int64_t frames) {
  if (frames == 1) return 0;
  const int64_t period = 2 * (frames - 1);
  const int64_t place = frame - floorDivide(frame, period) * period;
  return std::min(place, period - place);
}

}  // namespace

Result<std::unique_ptr<SegmentTransform>> SegmentTransform::create(
    const SegmentTransformOptions& options) {
  std::unique_ptr<SegmentTransform> result(new SegmentTransform(options));
  const std::vector<double> window = windowOf(options);
  const double root = options.scaledByRoot ? std::sqrt(options.fftSize) : 1;
  std::vector<float> analysis(window.size());
  std::vector<float> synthesis(window.size());
  for (size_t n = 0; n < window.size(); ++n) {
    analysis[n] = static_cast<float>(window[n] / root);
    synthesis[n] = static_cast<float>(window[n] * root / options.fftSize);
  }
  auto stft = Stft::create(std::move(analysis), std::move(synthesis), options.hop);
  if (!stft.ok()) return stft.status();
  result->stft_ = std::move(stft.value());
  result->paddedFrames_ = size((options.columns - 1) * options.hop + options.fftSize);
  result->padded_ = FloatBuffer(2 * result->paddedFrames_);
  result->synthesised_ = FloatBuffer(kLanes * window.size());
  result->reciprocal_ = result->envelope(window);
  for (float& value : result->reciprocal_) {
    // What no window covers, by torch's limit, stays silent.
    constexpr float kLeast = 1e-11F;
    value = value > kLeast ? 1 / value : 0;
  }
  if (!result->padded_ || !result->synthesised_) {
    return Status(StatusCode::kOutOfMemory, "no memory for a segment's spectrum");
  }
  return result;
}

std::vector<float> SegmentTransform::envelope(const std::vector<double>& window) const {
  std::vector<float> sums(size(options_.frames));
  const int64_t hop = options_.hop;
  for (size_t n = 0; n < sums.size(); ++n) {
    const int64_t place = static_cast<int64_t>(n) + options_.leadFrames;
    // The columns whose windows cover the frame.
    int64_t first = floorDivide(place - options_.fftSize, hop) + 1;
    int64_t last = place / hop;
    if (!options_.fadesEdges) {
      first = std::max<int64_t>(first, 0);
      last = std::min(last, options_.columns - 1);
    }
    double sum = 0;
    for (int64_t column = first; column <= last; ++column) {
      const double weight = window[size(place - column * hop)];
      sum += weight * weight;
    }
    sums[n] = static_cast<float>(sum);
  }
  return sums;
}

void SegmentTransform::pad(const float* samples, float* padded) const {
  const int64_t lead = options_.leadFrames;
  const int64_t frames = options_.frames;
  const auto total = static_cast<int64_t>(paddedFrames_);
  const int64_t end = std::min(lead + frames, total);
  const auto beyond = [&](int64_t place) {
    return options_.reflects ? samples[mirrored(place - lead, frames)] : 0.0F;
  };
  for (int64_t place = 0; place < std::min(lead, total); ++place) padded[place] = beyond(place);
  if (end > lead) std::copy_n(samples, end - lead, padded + lead);
  for (int64_t place = lead + frames; place < total; ++place) padded[place] = beyond(place);
}

void SegmentTransform::forward(const float* left, const float* right, float* spectrum) {
  float* const planes[] = {padded_.data(), padded_.data() + paddedFrames_};
  pad(left, planes[0]);
  pad(right, planes[1]);
  auto* columns = reinterpret_cast<StereoBin*>(spectrum);
  for (size_t column = 0; column < this->columns(); column += 2) {
    // The last of an odd number is transformed twice.
    const size_t next = std::min(column + 1, this->columns() - 1);
    const size_t at[] = {column * size(options_.hop), next * size(options_.hop)};
    stft_->forward({planes[0] + at[0], planes[1] + at[0], planes[0] + at[1], planes[1] + at[1]});
    splitFrames(stft_->spectrum(), columns + column * bins(), columns + next * bins());
  }
}

void SegmentTransform::inverse(const float* spectrum, float* left, float* right) {
  std::fill_n(padded_.data(), padded_.size(), 0.0F);
  float* const planes[] = {padded_.data(), padded_.data() + paddedFrames_};
  const auto* columns = reinterpret_cast<const StereoBin*>(spectrum);
  const size_t fftSize = size(options_.fftSize);
  float* frames = synthesised_.data();
  for (size_t column = 0; column < this->columns(); column += 2) {
    const size_t count = std::min<size_t>(2, this->columns() - column);
    const StereoBin* first = columns + column * bins();
    joinFrames(first, first + (count - 1) * bins(), stft_->spectrum());
    stft_->inverse({frames, frames + fftSize, frames + 2 * fftSize, frames + 3 * fftSize});
    for (size_t lane = 0; lane < 2 * count; ++lane) {
      float* to = planes[lane % 2] + (column + lane / 2) * size(options_.hop);
      const float* from = frames + lane * fftSize;
      for (size_t n = 0; n < fftSize; ++n) to[n] += from[n];
    }
  }
  const size_t lead = size(options_.leadFrames);
  const size_t covered =
      std::min(size(options_.frames), paddedFrames_ - std::min(lead, paddedFrames_));
  for (size_t n = 0; n < covered; ++n) {
    left[n] += planes[0][lead + n] * reciprocal_[n];
    right[n] += planes[1][lead + n] * reciprocal_[n];
  }
}

}  // namespace divisi::audio
