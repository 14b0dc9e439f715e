// The synthetic test signals of EBU Tech 3341 (v4, 2023: Table 1, "Minimum requirements test
// signals") and EBU Tech 3342 (v4, 2023: Table 1), made from their descriptions, with what a meter
// must show. Cases 7 and 8 of the one and 5 and 6 of the other are recordings of programmes, which
// are not to be had from a description.
//
// Signals are made block by block, at any rate: none is ever in memory as a whole.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <vector>

namespace divisi::test {

inline constexpr double kSilence = -std::numeric_limits<double>::infinity();

/// A stretch of a 1000 Hz sine, the same in every channel but for the channels' own levels.
struct Tone {
  double seconds;
  double level;  ///< peak, dBFS
};

/// Tones one after another; the sine runs on through all of them.
class ToneSignal {
 public:
  /// @param channelLevels added to each tone's level, dB.
  ToneSignal(std::vector<Tone> tones, int sampleRate, std::vector<double> channelLevels = {0, 0})
      : tones_(std::move(tones)), sampleRate_(sampleRate) {
    for (const double level : channelLevels) gains_.push_back(std::pow(10, level / 20));
    double end = 0;
    for (const Tone& tone : tones_) ends_.push_back(frameAt(end += tone.seconds));
  }

  [[nodiscard]] int sampleRate() const { return sampleRate_; }
  [[nodiscard]] size_t channelCount() const { return gains_.size(); }
  [[nodiscard]] uint64_t frameCount() const { return ends_.back(); }
  /// Where a tone ends, in frames.
  [[nodiscard]] uint64_t end(size_t tone) const { return ends_[tone]; }

  /// Writes frames `first` to before `first + count` to channels[channel][0 to before count].
  void write(uint64_t first, size_t count, std::vector<std::vector<float>>& channels) const {
    for (size_t n = 0; n < count; ++n) {
      const uint64_t frame = first + n;
      const auto tone =
          static_cast<size_t>(std::upper_bound(ends_.begin(), ends_.end(), frame) - ends_.begin());
      const double amplitude = std::pow(10, tones_[tone].level / 20);
      const double turns = 1000 * static_cast<double>(frame) / sampleRate_;
      const double sample = amplitude * std::sin(2 * std::numbers::pi * std::fmod(turns, 1));
      for (size_t c = 0; c < gains_.size(); ++c) {
        channels[c][n] = static_cast<float>(gains_[c] * sample);
      }
    }
  }

 private:
  [[nodiscard]] uint64_t frameAt(double seconds) const {
    return static_cast<uint64_t>(std::llround(seconds * sampleRate_));
  }

  std::vector<Tone> tones_;
  int sampleRate_;
  std::vector<double> gains_;
  std::vector<uint64_t> ends_;
};

inline std::vector<Tone> repeated(const std::vector<Tone>& tones, int times) {
  std::vector<Tone> all;
  for (int i = 0; i < times; ++i) all.insert(all.end(), tones.begin(), tones.end());
  return all;
}

/// Tech 3341, cases 1 to 6: the integrated loudness, +-0.1 LU.
struct IntegratedCase {
  int number;
  std::vector<Tone> tones;
  std::vector<double> channelLevels;  ///< case 6: L R C Ls Rs, as Web Audio has them
  double lufs;
};

inline std::vector<IntegratedCase> integratedCases() {
  return {
      {1, {{20, -23}}, {0, 0}, -23},
      {2, {{20, -33}}, {0, 0}, -33},
      {3, {{10, -36}, {60, -23}, {10, -36}}, {0, 0}, -23},
      {4, {{10, -72}, {10, -36}, {60, -23}, {10, -36}, {10, -72}}, {0, 0}, -23},
      {5, {{20, -26}, {20.1, -20}, {20, -26}}, {0, 0}, -23},
      {6, {{20, 0}}, {-28, -28, -24, -30, -30}, -23},
  };
}

/// Case 9: short-term loudness -23.0 +-0.1 LUFS, constant after 3 s.
inline std::vector<Tone> case9() { return repeated({{1.34, -20}, {1.66, -30}}, 5); }
/// Case 12: momentary loudness -23.0 +-0.1 LUFS, constant after 1 s.
inline std::vector<Tone> case12() { return repeated({{0.18, -20}, {0.22, -30}}, 25); }

/// Cases 10 and 13, for meters of files: 20 files each, i from 0. The highest short-term (10) or
/// momentary (13) loudness of each is -23.0 +-0.1 LUFS.
inline std::vector<Tone> case10(int i) { return {{i * 0.15, kSilence}, {3, -23}, {1, kSilence}}; }
inline std::vector<Tone> case13(int i) { return {{i * 0.02, kSilence}, {0.4, -23}, {1, kSilence}}; }

/// Cases 11 and 14, for live meters: one signal of 20 sections. The highest short-term (11) or
/// momentary (14) loudness of section i is -38.0 + i, +-0.1 LUFS.
inline std::vector<Tone> sections(double step, double length) {
  std::vector<Tone> tones;
  for (int i = 0; i < 20; ++i) {
    tones.push_back({i * step, kSilence});
    tones.push_back({length, -38.0 + i});
    tones.push_back({length - i * step, kSilence});
  }
  return tones;
}
inline std::vector<Tone> case11() { return sections(0.15, 3); }
inline std::vector<Tone> case14() { return sections(0.02, 0.4); }

/// Tech 3341, cases 15 to 19: stereo sines between whose samples the peaks lie. True peak
/// +0.2/-0.4 dB.
struct SineCase {
  int number;
  int framesPerPeriod;
  double amplitude;  ///< full scale is 1
  double degrees;
  double dbtp;
};

inline std::vector<SineCase> sineCases() {
  return {{15, 4, 0.50, 0, -6.0},
          {16, 4, 0.50, 45, -6.0},
          {17, 6, 0.50, 60, -6.0},
          {18, 8, 0.50, 67.5, -6.0},
          {19, 4, 1.41, 45, 3.0}};
}

/// Fades the first and last `length` samples in and out.
inline void taper(std::vector<double>& samples, size_t length) {
  for (size_t n = 0; n < length; ++n) {
    const double gain = static_cast<double>(n) / static_cast<double>(length);
    samples[n] *= gain;
    samples[samples.size() - 1 - n] *= gain;
  }
}

/// A second of the sine, with the 10 ms of fade-in and fade-out that the document asks for.
inline std::vector<float> sineSignal(const SineCase& test, int sampleRate) {
  std::vector<double> samples(static_cast<size_t>(sampleRate));
  for (size_t n = 0; n < samples.size(); ++n) {
    const double turns = static_cast<double>(n) / test.framesPerPeriod + test.degrees / 360;
    samples[n] = test.amplitude * std::sin(2 * std::numbers::pi * turns);
  }
  taper(samples, static_cast<size_t>(sampleRate / 100));
  return {samples.begin(), samples.end()};
}

/// Tech 3341, cases 20 to 23 (`offset` 0 to 3): true peak 0.0 +0.2/-0.4 dBTP. A sine of fs/6 and
/// amplitude 0.5 with a single period of fs/4 and amplitude 1 in it, continuous in phase at both
/// its ends; made at 4 fs, low-pass filtered, and every fourth sample taken from `offset` on.
inline std::vector<float> burstSignal(int offset, int sampleRate) {
  constexpr size_t kOversampling = 4;
  constexpr size_t kPeriod = 6 * kOversampling;  // of the sine, in samples at 4 fs
  constexpr size_t kBurst = 4 * kOversampling;   // of the single period
  const size_t length = kOversampling * static_cast<size_t>(sampleRate) / 5;
  const size_t burst = length / 2 / kPeriod * kPeriod;
  const auto sineAt = [](size_t n, size_t period) {
    return std::sin(2 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(period));
  };
  std::vector<double> fine(length);
  for (size_t n = 0; n < length; ++n) {
    if (n < burst) {
      fine[n] = 0.5 * sineAt(n, kPeriod);
    } else if (n < burst + kBurst) {
      fine[n] = sineAt(n - burst, kBurst);
    } else {
      fine[n] = 0.5 * sineAt(n - burst - kBurst, kPeriod);
    }
  }
  taper(fine, length / 20);

  // Windowed sinc (Blackman), -6 dB at 0.45 fs.
  constexpr int kReach = 128;
  constexpr double kCutoff = 0.45 / kOversampling;
  std::vector<double> filter;
  for (int k = -kReach; k <= kReach; ++k) {
    const double x = std::numbers::pi * k;
    const double sinc = k == 0 ? 2 * kCutoff : std::sin(2 * kCutoff * x) / x;
    const double turn = x / (kReach + 1);
    filter.push_back(sinc * (0.42 + 0.5 * std::cos(turn) + 0.08 * std::cos(2 * turn)));
  }
  std::vector<float> samples;
  for (size_t n = kReach + static_cast<size_t>(offset); n + kReach < length; n += kOversampling) {
    double sum = 0;
    for (size_t k = 0; k < filter.size(); ++k) sum += filter[k] * fine[n - kReach + k];
    samples.push_back(static_cast<float>(sum));
  }
  return samples;
}

/// Tech 3342, cases 1 to 4: the loudness range, +-1 LU.
struct RangeCase {
  int number;
  std::vector<Tone> tones;
  double lu;
};

inline std::vector<RangeCase> rangeCases() {
  return {{1, {{20, -20}, {20, -30}}, 10},
          {2, {{20, -20}, {20, -15}}, 5},
          {3, {{20, -40}, {20, -20}}, 20},
          {4, {{20, -50}, {20, -35}, {20, -20}, {20, -35}, {20, -50}}, 15}};
}

}  // namespace divisi::test
