// BeatEnergy: how loud the audio is from beat to beat.
//
//   float between(std::span<const float> signal, double start, double end) {
//     BeatEnergy energy(22050);
//     energy.add(signal);                              // or block by block
//     return energy.decibels(start, end);
//   }
//
// It keeps the mean power of each fiftieth of a second: 200 bytes a second.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace divisi::beats {

/// What silence has.
inline constexpr float kSilentDb = -120;

class BeatEnergy {
 public:
  explicit BeatEnergy(int sampleRate);

  void add(std::span<const float> samples);

  /// Root of the mean square from `start` to `end` in seconds, dB of full scale: -3 for a sine of
  /// amplitude 1. Both to the nearest fiftieth of a second; at least one is heard, and nothing
  /// behind the audio's end.
  [[nodiscard]] float decibels(double start, double end) const;

 private:
  static constexpr int kPiecesPerSecond = 50;

  const size_t pieceLength_;
  std::vector<float> pieces_;  // mean powers
  double sum_ = 0;             // of the piece that is being filled
  size_t filled_ = 0;
};

}  // namespace divisi::beats
