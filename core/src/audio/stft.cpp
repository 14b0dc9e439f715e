#include "audio/stft.h"

#include <kiss_fftr.h>

#include <cmath>
#include <cstring>
#include <numbers>
#include <string>

namespace divisi::audio {

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
  if (fftSize < 4 || fftSize > 65536 || fftSize % 2 != 0) {
    return Status(StatusCode::kUnsupported,
                  "fftSize must be an even number from 4 to 65536, got " + std::to_string(fftSize));
  }
  if (hop < 1 || fftSize % hop != 0 || fftSize / hop < 3) {
    return Status(StatusCode::kUnsupported, "hop must divide fftSize " + std::to_string(fftSize) +
                                                " into at least 3 parts, got " +
                                                std::to_string(hop));
  }
  std::unique_ptr<Stft> stft(new Stft(fftSize, hop));
  stft->forward_ = kiss_fftr_alloc(fftSize, 0, nullptr, nullptr);
  stft->inverse_ = kiss_fftr_alloc(fftSize, 1, nullptr, nullptr);
  if (stft->forward_ == nullptr || stft->inverse_ == nullptr) {
    return Status(StatusCode::kOutOfMemory, "no memory for an FFT of " + std::to_string(fftSize));
  }
  stft->analysis_ = periodicHann(fftSize);
  stft->windowed_.resize(static_cast<size_t>(fftSize));
  // The squared windows of all frames that cover a sample add up to the same value everywhere
  // (create() allows no other hop), so one division restores the signal: by 1.5 for hop =
  // fftSize/4.
  double windowSum = 0;
  for (size_t n = 0; n < stft->analysis_.size(); n += static_cast<size_t>(hop)) {
    windowSum += static_cast<double>(stft->analysis_[n]) * stft->analysis_[n];
  }
  stft->synthesis_.resize(stft->analysis_.size());
  for (size_t n = 0; n < stft->analysis_.size(); ++n) {
    stft->synthesis_[n] = static_cast<float>(stft->analysis_[n] / (windowSum * fftSize));
  }
  return stft;
}

void Stft::forward(const float* samples, std::complex<float>* spectrum) {
  for (size_t n = 0; n < analysis_.size(); ++n) windowed_[n] = samples[n] * analysis_[n];
  // kiss_fft_cpx and std::complex<float> are both two adjacent floats, real part first.
  kiss_fftr(forward_, windowed_.data(), reinterpret_cast<kiss_fft_cpx*>(spectrum));
}

void Stft::inverse(const std::complex<float>* spectrum, float* frame) {
  kiss_fftri(inverse_, reinterpret_cast<const kiss_fft_cpx*>(spectrum), frame);
  for (size_t n = 0; n < synthesis_.size(); ++n) frame[n] *= synthesis_[n];
}

bool OverlapAdd::create(int fftSize, int hop) {
  fftSize_ = fftSize;
  hop_ = hop;
  sum_ = FloatBuffer(static_cast<size_t>(fftSize));
  return sum_.size() != 0;
}

void OverlapAdd::add(const float* frame, float* out) {
  const auto size = static_cast<size_t>(fftSize_);
  const auto hop = static_cast<size_t>(hop_);
  float* sum = sum_.data();
  for (size_t n = 0; n < hop; ++n) out[n] = sum[n] + frame[n];
  for (size_t n = hop; n < size; ++n) sum[n - hop] = sum[n] + frame[n];
  std::memset(sum + (size - hop), 0, hop * sizeof(float));
}

}  // namespace divisi::audio
