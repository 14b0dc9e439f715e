#include "spectrum/stft.h"

#include <kiss_fftr.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

namespace divisi::audio {

// KissFFT is built with four floats as its scalar (cmake/dependencies.cmake); its complex numbers
// are a real and an imaginary one of these, as LaneBin.
static_assert(sizeof(kiss_fft_cpx) == sizeof(LaneBin));

namespace {

Status checkSize(int fftSize) {
  if (fftSize >= 4 && fftSize <= 65536 && fftSize % 2 == 0) return {};
  return {StatusCode::kUnsupported,
          "fftSize must be an even number from 4 to 65536, got " + std::to_string(fftSize)};
}

}  // namespace

std::vector<float> periodicHann(int size) {
  std::vector<float> window(static_cast<size_t>(size));
  for (int n = 0; n < size; ++n) {
    window[static_cast<size_t>(n)] =
        static_cast<float>(0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * n / size));
  }
  return window;
}

Stft::Stft(int fftSize, int hop) : fftSize_(fftSize), hop_(hop) {}

Stft::~Stft() {
  kiss_fftr_free(forward_);
  kiss_fftr_free(inverse_);
}

Result<std::unique_ptr<Stft>> Stft::create(int fftSize, int hop) {
  if (Status status = checkSize(fftSize); !status.ok()) return status;
  if (hop < 1 || fftSize % hop != 0 || fftSize / hop < 3) {
    return Status(StatusCode::kUnsupported, "hop must divide fftSize " + std::to_string(fftSize) +
                                                " into at least 3 parts, got " +
                                                std::to_string(hop));
  }
  std::vector<float> analysis = periodicHann(fftSize);
  // The squared windows of all frames that cover a sample add up to the same value everywhere
  // (no other hop is allowed), so one division restores the signal: by 1.5 for hop = fftSize/4.
  double windowSum = 0;
  for (size_t n = 0; n < analysis.size(); n += static_cast<size_t>(hop)) {
    windowSum += static_cast<double>(analysis[n]) * analysis[n];
  }
  std::vector<float> synthesis(analysis.size());
  for (size_t n = 0; n < analysis.size(); ++n) {
    synthesis[n] = static_cast<float>(analysis[n] / (windowSum * fftSize));
  }
  return create(std::move(analysis), std::move(synthesis), hop);
}

Result<std::unique_ptr<Stft>> Stft::create(std::vector<float> analysis,
                                           std::vector<float> synthesis, int hop) {
  const auto fftSize = static_cast<int>(analysis.size());
  if (Status status = checkSize(fftSize); !status.ok()) return status;
  std::unique_ptr<Stft> stft(new Stft(fftSize, hop));
  stft->forward_ = kiss_fftr_alloc(fftSize, 0, nullptr, nullptr);
  stft->inverse_ = kiss_fftr_alloc(fftSize, 1, nullptr, nullptr);
  if (stft->forward_ == nullptr || stft->inverse_ == nullptr) {
    return Status(StatusCode::kOutOfMemory, "no memory for an FFT of " + std::to_string(fftSize));
  }
  stft->analysis_ = std::move(analysis);
  stft->synthesis_ = std::move(synthesis);
  stft->samples_.resize(static_cast<size_t>(fftSize) / 2);
  stft->spectrum_.resize(static_cast<size_t>(stft->bins()));
  return stft;
}

void Stft::forward(const std::array<const float*, kLanes>& samples) {
  const size_t size = analysis_.size();
  const float* window = analysis_.data();
  size_t n = 0;
  for (; n + 4 <= size; n += 4) {
    const Lanes weights = loadLanes(window + n);
    Lanes a = weights * loadLanes(samples[0] + n);
    Lanes b = weights * loadLanes(samples[1] + n);
    Lanes c = weights * loadLanes(samples[2] + n);
    Lanes d = weights * loadLanes(samples[3] + n);
    transpose(a, b, c, d);
    samples_[n / 2] = {a, b};
    samples_[n / 2 + 1] = {c, d};
  }
  for (; n < size; n += 2) {
    const auto at = [&](size_t i) {
      return window[i] * Lanes{samples[0][i], samples[1][i], samples[2][i], samples[3][i]};
    };
    samples_[n / 2] = {at(n), at(n + 1)};
  }
  kiss_fftr(forward_, reinterpret_cast<const kiss_fft_scalar*>(samples_.data()),
            reinterpret_cast<kiss_fft_cpx*>(spectrum_.data()));
}

void Stft::inverse(const std::array<float*, kLanes>& frames) {
  kiss_fftri(inverse_, reinterpret_cast<const kiss_fft_cpx*>(spectrum_.data()),
             reinterpret_cast<kiss_fft_scalar*>(samples_.data()));
  const size_t size = synthesis_.size();
  const float* window = synthesis_.data();
  size_t n = 0;
  for (; n + 4 <= size; n += 4) {
    const Lanes weights = loadLanes(window + n);
    auto [a, b] = samples_[n / 2];
    auto [c, d] = samples_[n / 2 + 1];
    transpose(a, b, c, d);
    storeLanes(frames[0] + n, weights * a);
    storeLanes(frames[1] + n, weights * b);
    storeLanes(frames[2] + n, weights * c);
    storeLanes(frames[3] + n, weights * d);
  }
  for (; n < size; ++n) {
    const LaneBin& pair = samples_[n / 2];
    const Lanes values = window[n] * (n % 2 == 0 ? pair.re : pair.im);
    for (size_t lane = 0; lane < kLanes; ++lane) frames[lane][n] = values[lane];
  }
}

bool OverlapAdd::create(int fftSize, int hop) {
  fftSize_ = static_cast<size_t>(fftSize);
  hop_ = static_cast<size_t>(hop);
  sum_ = FloatBuffer(fftSize_ - hop_);
  return sum_.size() != 0;
}

void OverlapAdd::add(const float* frame, float* out) {
  float* sum = sum_.data();
  for (size_t n = 0; n < hop_; ++n) out[n] = sum[n] + frame[n];
  // Hop by hop, so that the compiler sees arrays that do not overlap.
  size_t start = hop_;
  for (; start + hop_ < fftSize_; start += hop_) {
    float* to = sum + start - hop_;
    for (size_t n = 0; n < hop_; ++n) to[n] = sum[start + n] + frame[start + n];
  }
  std::copy_n(frame + start, hop_, sum + start - hop_);
}

}  // namespace divisi::audio
