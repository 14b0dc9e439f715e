#include "spectrum/constant_q.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>
#include <string>
#include <utility>

#include "base/text.h"

namespace divisi::audio {
namespace {

// 1024 holds the longest kernel of an octave: 547 samples for librosa's Q at 36 bins an octave.
constexpr size_t kFftSize = 1024;
// librosa's `sparsity`: the weakest weights of a kernel, as many as make 1 % of it, are left out.
// It is part of what the network learned: with all of them its chords change.
constexpr double kSparsity = 0.01;
constexpr size_t kBlock = 4096;

/// librosa's: bins are as wide as their neighbours are apart on both sides.
double qualityOf(int binsPerOctave) {
  const double ratio = std::exp2(2.0 / binsPerOctave);
  return (ratio + 1) / (ratio - 1);
}

/// A complex tone of `hz` under a Hann window `length` samples long, in the middle of a transform.
std::vector<std::complex<double>> toneOf(double hz, double rate, double length) {
  const auto first = static_cast<int>(std::floor(-length / 2));
  const int samples = static_cast<int>(std::floor(length / 2)) - first;
  std::vector<std::complex<double>> tone(kFftSize);
  const size_t start = (kFftSize - static_cast<size_t>(samples)) / 2;
  double sum = 0;
  for (int n = 0; n < samples; ++n) {
    const double window = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * n / samples);
    const double phase = 2 * std::numbers::pi * hz * (first + n) / rate;
    tone[start + static_cast<size_t>(n)] = std::polar(window, phase);
    sum += window;
  }
  for (auto& value : tone) value *= length / (sum * kFftSize);
  return tone;
}

/// The lower half of its spectrum.
std::vector<std::complex<double>> spectrumOf(const std::vector<std::complex<double>>& tone) {
  std::vector<std::complex<double>> turns(kFftSize);
  for (size_t n = 0; n < kFftSize; ++n) {
    turns[n] = std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(n) / kFftSize);
  }
  std::vector<size_t> sounding;
  for (size_t n = 0; n < kFftSize; ++n) {
    if (tone[n] != 0.0) sounding.push_back(n);
  }
  std::vector<std::complex<double>> spectrum(kFftSize / 2 + 1);
  for (size_t k = 0; k < spectrum.size(); ++k) {
    for (const size_t n : sounding) spectrum[k] += tone[n] * turns[k * n % kFftSize];
  }
  return spectrum;
}

/// Which bins of a kernel are kept.
std::vector<bool> largestOf(const std::vector<std::complex<double>>& spectrum) {
  std::vector<size_t> order(spectrum.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(
      order, [&](size_t a, size_t b) { return std::abs(spectrum[a]) < std::abs(spectrum[b]); });
  double sum = 0;
  for (const auto& value : spectrum) sum += std::abs(value);
  std::vector<bool> kept(spectrum.size(), true);
  double left = 0;
  for (const size_t bin : order) {
    left += std::abs(spectrum[bin]);
    if (left >= kSparsity * sum) break;
    kept[bin] = false;
  }
  return kept;
}

}  // namespace

Result<std::unique_ptr<ConstantQ>> ConstantQ::create(const ConstantQOptions& options) {
  std::unique_ptr<ConstantQ> transform(new ConstantQ(options));
  if (Status status = transform->makeKernels(); !status.ok()) return status;
  if (Status status = transform->makeOctaves(); !status.ok()) return status;
  return transform;
}

Status ConstantQ::makeKernels() {
  const double quality = qualityOf(options_.binsPerOctave);
  const double rate = options_.sampleRate / 2.0;
  const double tuned = options_.minHz * std::exp2(options_.tuningCents / 1200);
  const auto hzOf = [&](int bin) {
    return tuned * std::exp2(static_cast<double>(bin) / options_.binsPerOctave);
  };
  const int top = (options_.octaves - 1) * options_.binsPerOctave;
  const int bins = options_.octaves * options_.binsPerOctave;
  if (quality * rate / hzOf(top) > static_cast<double>(kFftSize) || hzOf(bins) > rate / 2) {
    return unsupported("a constant-Q spectrum of " + std::to_string(options_.octaves) +
                       " octaves of " + std::to_string(options_.binsPerOctave) + " bins from " +
                       std::to_string(options_.minHz) + " Hz at " +
                       std::to_string(options_.sampleRate) + " Hz");
  }
  for (int bin = top; bin < bins; ++bin) {
    const auto spectrum = spectrumOf(toneOf(hzOf(bin), rate, quality * rate / hzOf(bin)));
    const std::vector<bool> kept = largestOf(spectrum);
    for (size_t k = 0; k < spectrum.size(); ++k) {
      if (!kept[k]) continue;
      weights_.push_back(
          {k, static_cast<float>(spectrum[k].real()), static_cast<float>(spectrum[k].imag())});
    }
    kernelEnd_.push_back(weights_.size());
  }
  for (int bin = 0; bin < bins; ++bin) {
    // librosa's scale: the root of the window's length at the first octave's rate, of 2 for every
    // halving of the rate so that energy stays, and of 2 for every octave's hop.
    const int octave = options_.octaves - 1 - bin / options_.binsPerOctave;
    const double octaves = std::exp2(octave + 0.5);
    gains_.push_back(static_cast<float>(octaves / std::sqrt(quality * rate / hzOf(bin))));
  }
  return {};
}

Status ConstantQ::makeOctaves() {
  octaves_.resize(static_cast<size_t>(options_.octaves));
  auto hop = static_cast<size_t>(options_.hop);
  for (Octave& octave : octaves_) {
    if (hop % 2 != 0) {
      return unsupported("a constant-Q spectrum whose hop of " + std::to_string(options_.hop) +
                         " samples cannot be halved " + std::to_string(options_.octaves) +
                         " times");
    }
    hop /= 2;
    octave.hop = hop;
    // The first row is centred on the first sample.
    if (!octave.decimator.create() || !octave.samples.reserve(1, 2 * kBlock) ||
        !octave.samples.pushZeros(kFftSize / 2)) {
      return outOfMemory("audio");
    }
    octave.passed = kFftSize / 2;
  }
  const std::vector<float> flat(kFftSize, 1.0F);
  auto stft = Stft::create(flat, flat, static_cast<int>(kFftSize / 4));
  if (!stft.ok()) return stft.status();
  stft_ = std::move(stft.value());
  rows_.resize(kLanes * bins());
  return {};
}

bool ConstantQ::push(const float* samples, size_t count) {
  pushed_ += count;
  for (size_t done = 0; done < count; done += kBlock) {
    const size_t block = std::min(kBlock, count - done);
    Octave& first = octaves_.front();
    if (!first.decimator.push(samples + done, block, first.samples) || !cascade()) return false;
  }
  return true;
}

bool ConstantQ::cascade() {
  for (size_t i = 0; i + 1 < octaves_.size(); ++i) {
    if (!passOn(i)) return false;
  }
  return true;
}

bool ConstantQ::passOn(size_t octave) {
  Octave& from = octaves_[octave];
  Octave& to = octaves_[octave + 1];
  const size_t fresh = from.samples.frames() - from.passed;
  if (!to.decimator.push(from.samples.tail(0, fresh), fresh, to.samples)) return false;
  from.passed = from.samples.frames();
  return true;
}

bool ConstantQ::finish() {
  constexpr size_t kRest = 2 * HalfbandDecimator::kReach + 2;
  const std::vector<float> silence(kRest);
  uint64_t length = pushed_;
  for (size_t i = 0; i < octaves_.size(); ++i) {
    Octave& octave = octaves_[i];
    if (!octave.decimator.push(silence.data(), kRest, octave.samples)) return false;
    // As in librosa, every octave ends with the signal: what the filter rings on is left out.
    length = (length + 1) / 2;
    const uint64_t produced = octave.dropped + octave.samples.frames() - kFftSize / 2;
    octave.samples.truncate(octave.samples.frames() - static_cast<size_t>(produced - length));
    if (i + 1 < octaves_.size() && !passOn(i)) return false;
  }
  for (Octave& octave : octaves_) {
    if (!octave.samples.pushZeros(kFftSize + kLanes * octave.hop)) return false;
  }
  finished_ = true;
  return true;
}

size_t ConstantQ::rowsReady() const {
  uint64_t rows = kLanes;
  for (const Octave& octave : octaves_) {
    // A row's window must be there, and what lies between it and the next one's.
    const size_t frames = octave.samples.frames();
    if (frames < std::max(kFftSize, octave.hop)) return 0;
    rows = std::min<uint64_t>({rows, 1 + (frames - kFftSize) / octave.hop, frames / octave.hop});
  }
  const uint64_t whole = pushed_ / static_cast<uint64_t>(options_.hop);
  return static_cast<size_t>(std::min(rows, whole - std::min(whole, computed_)));
}

bool ConstantQ::pull(float* row) {
  if (nextRow_ == endRow_) {
    // Four rows take no longer than one, so fewer are computed at the end only.
    const size_t rows = rowsReady();
    if (rows == 0 || (rows < kLanes && !finished_)) return false;
    transform(rows);
  }
  std::copy_n(rows_.data() + nextRow_ * bins(), bins(), row);
  ++nextRow_;
  return true;
}

void ConstantQ::transform(size_t rows) {
  const auto perOctave = static_cast<size_t>(options_.binsPerOctave);
  for (size_t i = 0; i < octaves_.size(); ++i) {
    Octave& octave = octaves_[i];
    std::array<const float*, kLanes> windows;
    for (size_t lane = 0; lane < kLanes; ++lane) {
      windows[lane] = octave.samples.channel(0) + std::min(lane, rows - 1) * octave.hop;
    }
    stft_->forward(windows);
    const std::span<const LaneBin> spectrum = stft_->spectrum();
    const size_t firstBin = (octaves_.size() - 1 - i) * perOctave;
    for (size_t k = 0, weight = 0; k < perOctave; ++k) {
      Lanes re{};
      Lanes im{};
      for (; weight < kernelEnd_[k]; ++weight) {
        const Weight& by = weights_[weight];
        const LaneBin& bin = spectrum[by.bin];
        re += by.re * bin.re - by.im * bin.im;
        im += by.re * bin.im + by.im * bin.re;
      }
      const Lanes magnitude = sqrtLanes(re * re + im * im) * gains_[firstBin + k];
      for (size_t lane = 0; lane < kLanes; ++lane) {
        rows_[lane * bins() + firstBin + k] = magnitude[lane];
      }
    }
    octave.samples.drop(rows * octave.hop);
    octave.dropped += rows * octave.hop;
    if (i + 1 < octaves_.size()) octave.passed -= rows * octave.hop;
  }
  computed_ += rows;
  nextRow_ = 0;
  endRow_ = rows;
}

}  // namespace divisi::audio
