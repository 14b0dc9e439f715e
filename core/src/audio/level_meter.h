// LevelMeter: how loud a stream has been so far, where it was not silent.
//
//   double gainTo(double targetRms, std::span<const float> samples) {
//     LevelMeter meter(4410);                       // a mean square every tenth of a second
//     for (const float x : samples) meter.add(static_cast<double>(x) * x, 1);
//     return meter.rms() > 0 ? targetRms / meter.rms() : 1;
//   }
//
// The RMS of the blocks, each weighted by its own energy: sum(p^2) / sum(p) over the blocks' mean
// squares p. Pauses and quiet passages so count for nothing, without a threshold: twice the signal
// is exactly twice the level, whatever it is, and the memory is two numbers.
#pragma once

#include <cmath>
#include <cstddef>

namespace divisi::audio {

class LevelMeter {
 public:
  /// @param blockSamples length over which a mean square is taken.
  explicit LevelMeter(size_t blockSamples) : blockSamples_(blockSamples) {}

  /// Adds `samples` samples whose squares add up to `energy`.
  void add(double energy, size_t samples) {
    blockEnergy_ += energy;
    blockFill_ += samples;
    if (blockFill_ < blockSamples_) return;
    const double meanSquare = blockEnergy_ / static_cast<double>(blockFill_);
    sum_ += meanSquare;
    sumOfSquares_ += meanSquare * meanSquare;
    blockEnergy_ = 0;
    blockFill_ = 0;
  }

  /// 0 when nothing but silence was heard.
  [[nodiscard]] double rms() const {
    double sum = sum_;
    double sumOfSquares = sumOfSquares_;
    if (blockFill_ > 0) {
      // The unfinished block counts by its share of a block.
      const double share = static_cast<double>(blockFill_) / static_cast<double>(blockSamples_);
      const double meanSquare = blockEnergy_ / static_cast<double>(blockFill_);
      sum += share * meanSquare;
      sumOfSquares += share * meanSquare * meanSquare;
    }
    return sum > 0 ? std::sqrt(sumOfSquares / sum) : 0;
  }

 private:
  size_t blockSamples_;
  size_t blockFill_ = 0;
  double blockEnergy_ = 0;
  double sum_ = 0;
  double sumOfSquares_ = 0;
};

}  // namespace divisi::audio
