// BarModel: the states of the bar-pointer model and what their transitions cost. Log probabilities,
// so that more is better; what is measured in frames is scaled to the frame rate.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "beats/decoder/bar_decoder.h"

namespace divisi::beats {

/// The rate at which the weights were chosen.
inline constexpr double kUsualFramesPerSecond = 50;

/// How the model weighs things; its constants were chosen on rendered songs (docs/analysis.md).
struct BarWeights {
  /// Step of the scale of tempos, as a logarithm.
  double tempoStep = 0.025;
  /// What a change of tempo costs for its logarithm, and at most: a jump.
  double tempoChange = 100;
  double tempoJump = 14;
  /// What a bar of another length than the bar before costs.
  double meterChange = 14;
  /// What an interval costs that differs from its tempo's: its standard deviation, in frames of a
  /// fiftieth of a second and as a share.
  double jitterFrames = 0.7;
  double jitterShare = 0.02;
  /// The share of a beat's interval in which it weighs as frames between beats do.
  double beatShare = 1.0 / 16;
  /// How much frames between beats weigh. Below 1, since most music has onsets between beats.
  double between = 0.5;
  /// How much the share of downbeats weighs.
  double downbeat = 1.2;
  /// Tempos are likely around the one that listeners tap to most often (log-normal; Parncutt, 1994;
  /// McKinney and Moelants, 2006): centre, width in octaves, weight a second.
  double likelyTempo = 120;
  double tempoOctaves = 0.8;
  double tempoWeight = 2.5;
  /// Prior log probabilities of bars of 2, 3, ... beats, up to a constant. (Bars of 6 and 7 are
  /// found where they are asked for.)
  std::array<double, 4> bars = {-8, -1, 0, -2};
};

/// What a beat is in the model: the place in a bar of so many beats.
struct BarPlace {
  int beatsPerBar;
  int beat;  ///< from 0
};

class BarModel {
 public:
  BarModel(double framesPerSecond, const BarDecoderOptions& options, const BarWeights& weights);

  [[nodiscard]] size_t places() const { return places_.size(); }
  [[nodiscard]] const BarPlace& place(size_t index) const { return places_[index]; }
  /// The place a beat before, in a bar of the same length.
  [[nodiscard]] size_t before(size_t index) const { return before_[index]; }
  /// Prior of a bar's length, once a change.
  [[nodiscard]] double meterPrior(size_t index) const { return meterPrior_[index]; }

  [[nodiscard]] size_t tempos() const { return intervals_.size(); }
  /// Frames from beat to beat.
  [[nodiscard]] double interval(size_t tempo) const { return intervals_[tempo]; }
  [[nodiscard]] double tempoOf(size_t tempo) const;
  /// The whole intervals that a tempo allows: nearest(tempo) - kReach to nearest(tempo) + kReach.
  static constexpr int kReach = 4;
  [[nodiscard]] int nearest(size_t tempo) const { return nearest_[tempo]; }
  /// @param offset -kReach to kReach. @return below kNever where it is out of the question
  [[nodiscard]] double jitter(size_t tempo, int offset) const;
  static constexpr double kNever = -1e8;
  /// Prior of an interval of this tempo.
  [[nodiscard]] double tempoPrior(size_t tempo) const { return tempoPrior_[tempo]; }
  /// Weight of what is heard at a beat.
  [[nodiscard]] double beatWeight(size_t tempo) const { return beatWeight_[tempo]; }

  [[nodiscard]] const BarWeights& weights() const { return weights_; }

 private:
  const double framesPerSecond_;
  const BarWeights weights_;
  std::vector<BarPlace> places_;
  std::vector<size_t> before_;
  std::vector<double> meterPrior_;
  std::vector<double> intervals_;
  std::vector<int> nearest_;
  std::vector<double> jitter_;  // [tempo][offset]
  std::vector<double> tempoPrior_;
  std::vector<double> beatWeight_;
};

}  // namespace divisi::beats
