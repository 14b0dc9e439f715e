#include "notes/activations/harmonic_spectrum.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "base/lanes.h"
#include "base/text.h"

namespace divisi::notes {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;
// Holds the longest kernel of the highest octave: 216 samples.
constexpr size_t kLength = 256;
constexpr size_t kReach = kLength / 2;
constexpr size_t kTaps = 256;
constexpr size_t kSilence = kTaps / 2 - 1;  // before and behind the signal that is halved
// nnAudio's: the low-pass falls within a thousandth of half the new rate.
constexpr double kTransition = 0.001;
// Added to powers before the logarithm.
constexpr float kSmallest = 1e-10F;
constexpr size_t kBlock = 4 * kLanes;

float sumOf(Lanes lanes) { return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]); }

}  // namespace

Result<std::unique_ptr<HarmonicSpectrum>> HarmonicSpectrum::create(
    const HarmonicSpectrumOptions& options) {
  std::unique_ptr<HarmonicSpectrum> spectrum(new HarmonicSpectrum(options));
  if (Status status = spectrum->makeKernels(); !status.ok()) return status;
  spectrum->makeLowPass();
  for (const double harmonic : options.harmonics) {
    spectrum->shifts_.push_back(std::lround(options.binsPerOctave * std::log2(harmonic)));
  }
  spectrum->signal_ = FloatBuffer(options.frames + kLength + kLanes);
  const size_t half = (options.frames + 2 * kSilence) / 2 + 1 + kBlock;
  spectrum->even_ = FloatBuffer(half);
  spectrum->odd_ = FloatBuffer(half);
  spectrum->levels_ = FloatBuffer(options.columns * options.spectrumBins);
  if (!spectrum->signal_ || !spectrum->even_ || !spectrum->odd_ || !spectrum->levels_) {
    return outOfMemory("the spectrum of notes");
  }
  return spectrum;
}

Status HarmonicSpectrum::makeKernels() {
  const double rate = options_.sampleRate;
  const double quality = 1 / (std::exp2(1.0 / options_.binsPerOctave) - 1);
  const auto hzOf = [&](std::ptrdiff_t bin) {
    return options_.minHz * std::exp2(static_cast<double>(bin) / options_.binsPerOctave);
  };
  const auto lengthOf = [&](std::ptrdiff_t bin) { return std::ceil(quality * rate / hzOf(bin)); };
  const auto bins = static_cast<std::ptrdiff_t>(options_.spectrumBins);
  const std::ptrdiff_t lowest = bins - options_.binsPerOctave;
  if (lowest < 0 || lengthOf(lowest) > static_cast<double>(kLength) || hzOf(bins - 1) > rate / 2) {
    return unsupported("divisi.task: a spectrum of " + std::to_string(bins) + " bins from " +
                       std::to_string(options_.minHz) + " Hz at " +
                       std::to_string(options_.sampleRate) + " Hz");
  }
  for (std::ptrdiff_t bin = lowest; bin < bins; ++bin) {
    const auto length = static_cast<std::ptrdiff_t>(lengthOf(bin));
    // A Hann window whose first sample is 0, around the middle; an odd one lies half a sample
    // before it.
    const auto start = static_cast<std::ptrdiff_t>(kReach) - length / 2 - length % 2;
    const std::ptrdiff_t first = -(length / 2) - length % 2;
    Kernel kernel = {.start = static_cast<size_t>(start), .values = {}};
    const size_t whole = (static_cast<size_t>(length) + kLanes - 1) / kLanes * kLanes;
    for (auto& values : kernel.values) values.resize(whole);
    double sum = 0;
    for (std::ptrdiff_t n = 0; n < length; ++n) {
      sum += 0.5 - 0.5 * std::cos(kTurn * static_cast<double>(n) / static_cast<double>(length));
    }
    for (std::ptrdiff_t n = 0; n < length; ++n) {
      const double window =
          0.5 - 0.5 * std::cos(kTurn * static_cast<double>(n) / static_cast<double>(length));
      const double phase = kTurn * static_cast<double>(first + n) * hzOf(bin) / rate;
      const auto at = static_cast<size_t>(n);
      kernel.values[0][at] = static_cast<float>(window * std::cos(phase) / sum);
      kernel.values[1][at] = static_cast<float>(window * std::sin(phase) / sum);
    }
    kernels_.push_back(std::move(kernel));
  }
  for (std::ptrdiff_t bin = 0; bin < bins; ++bin) {
    lengths_.push_back(static_cast<float>(lengthOf(bin)));
  }
  return {};
}

void HarmonicSpectrum::makeLowPass() {
  // scipy's firwin2 by sampling frequencies: 1 up to the edge, falling in a straight line over the
  // transition, which one of the sampled frequencies lies in.
  constexpr size_t kFrequencies = kTaps / 2;
  const double pass = 0.5 / (1 + kTransition);
  const double stop = 0.5 * (1 + kTransition);
  const double middle = (kTaps - 1) / 2.0;
  const auto gainOf = [&](size_t k) {
    // A transform of twice the taps, whose frequencies lie from 0 to half the rate.
    const double place = static_cast<double>(k) / static_cast<double>(kTaps);
    return std::clamp((stop - place) / (stop - pass), 0.0, 1.0);
  };
  for (size_t n = 0; n < kTaps; ++n) {
    double sum = gainOf(0);
    for (size_t k = 1; k <= kFrequencies; ++k) {
      const double phase = std::numbers::pi * static_cast<double>(k) *
                           (static_cast<double>(n) - middle) / static_cast<double>(kTaps);
      sum += 2 * gainOf(k) * std::cos(phase);
    }
    const double hamming =
        0.54 - 0.46 * std::cos(kTurn * static_cast<double>(n) / static_cast<double>(kTaps - 1));
    const auto tap = static_cast<float>(sum / (2.0 * kTaps) * hamming);
    (n % 2 == 0 ? evenTaps_ : oddTaps_).push_back(tap);
  }
}

void HarmonicSpectrum::compute(const float* window, float* seen) {
  const auto perOctave = static_cast<size_t>(options_.binsPerOctave);
  const size_t octaves = (options_.spectrumBins + perOctave - 1) / perOctave;
  std::copy_n(window, options_.frames, signal_.data() + kReach);
  size_t frames = options_.frames;
  for (size_t octave = 0; octave < octaves; ++octave) {
    transform(octave, frames);
    if (octave + 1 < octaves) frames = halve(frames);
  }
  normalise();
  stack(seen);
}

void HarmonicSpectrum::transform(size_t octave, size_t frames) {
  float* const signal = signal_.data() + kReach;
  for (size_t i = 1; i <= kReach; ++i) {
    signal[-static_cast<std::ptrdiff_t>(i)] = signal[i];
    signal[frames - 1 + i] = signal[frames - 1 - i];
  }
  const size_t hop = options_.hop >> octave;
  const auto perOctave = static_cast<size_t>(options_.binsPerOctave);
  // Of the lowest octave, bins below the spectrum's first are not wanted.
  const size_t above = perOctave * (octave + 1);
  const size_t unwanted = above > options_.spectrumBins ? above - options_.spectrumBins : 0;
  const size_t lowest = options_.spectrumBins + unwanted - above;
  for (size_t column = 0; column < options_.columns; ++column) {
    const float* const from = signal_.data() + column * hop;
    float* const to = levels_.data() + column * options_.spectrumBins + lowest;
    for (size_t k = unwanted; k < perOctave; ++k) {
      const Kernel& kernel = kernels_[k];
      const float* const samples = from + kernel.start;
      const float* const real = kernel.values[0].data();
      const float* const imaginary = kernel.values[1].data();
      Lanes re{};
      Lanes im{};
      for (size_t n = 0; n < kernel.values[0].size(); n += kLanes) {
        const Lanes sample = loadLanes(samples + n);
        re = multiplyAdd(loadLanes(real + n), sample, re);
        im = multiplyAdd(loadLanes(imaginary + n), sample, im);
      }
      const float x = sumOf(re);
      const float y = sumOf(im);
      to[k - unwanted] = (x * x + y * y) * lengths_[lowest + k - unwanted];
    }
  }
}

size_t HarmonicSpectrum::halve(size_t frames) {
  const float* const signal = signal_.data() + kReach;
  // Sample n of the signal is sample n + kSilence of what the taps lie on, and kSilence is odd.
  constexpr size_t kBefore = kSilence / 2;
  const size_t halfLength = even_.size();
  std::fill_n(even_.data(), halfLength, 0.0F);
  std::fill_n(odd_.data(), halfLength, 0.0F);
  for (size_t n = 0; n < frames; n += 2) odd_.data()[kBefore + n / 2] = signal[n];
  for (size_t n = 1; n < frames; n += 2) even_.data()[kBefore + 1 + n / 2] = signal[n];
  const size_t outputs = frames / 2;
  float* const to = signal_.data() + kReach;
  for (size_t n = 0; n < outputs; n += kBlock) {
    Lanes sums[kBlock / kLanes] = {};
    for (size_t tap = 0; tap < kTaps / 2; ++tap) {
      const Lanes evenTap = allLanes(evenTaps_[tap]);
      const Lanes oddTap = allLanes(oddTaps_[tap]);
      const float* const even = even_.data() + n + tap;
      const float* const odd = odd_.data() + n + tap;
      for (size_t i = 0; i < kBlock / kLanes; ++i) {
        sums[i] = multiplyAdd(evenTap, loadLanes(even + i * kLanes), sums[i]);
        sums[i] = multiplyAdd(oddTap, loadLanes(odd + i * kLanes), sums[i]);
      }
    }
    // Behind the last output there is room that transform() overwrites.
    for (size_t i = 0; i < kBlock / kLanes; ++i) storeLanes(to + n + i * kLanes, sums[i]);
  }
  return outputs;
}

void HarmonicSpectrum::normalise() {
  float lowest = INFINITY;
  float highest = -INFINITY;
  for (float& level : levels_.span()) {
    level = 10 * std::log10(level + kSmallest);
    lowest = std::min(lowest, level);
    highest = std::max(highest, level);
  }
  const float range = highest - lowest;
  for (float& level : levels_.span()) {
    level = (range > 0 ? (level - lowest) / range : 0) * options_.scale + options_.offset;
  }
}

void HarmonicSpectrum::stack(float* seen) const {
  const auto bins = static_cast<std::ptrdiff_t>(options_.spectrumBins);
  const size_t harmonics = shifts_.size();
  for (size_t column = 0; column < options_.columns; ++column) {
    const float* const from = levels_.data() + column * options_.spectrumBins;
    float* const to = seen + column * options_.bins * harmonics;
    for (size_t harmonic = 0; harmonic < harmonics; ++harmonic) {
      for (size_t bin = 0; bin < options_.bins; ++bin) {
        const std::ptrdiff_t place = static_cast<std::ptrdiff_t>(bin) + shifts_[harmonic];
        to[bin * harmonics + harmonic] = place >= 0 && place < bins ? from[place] : 0;
      }
    }
  }
}

}  // namespace divisi::notes
