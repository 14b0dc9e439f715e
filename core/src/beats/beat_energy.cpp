#include "beats/beat_energy.h"

#include <algorithm>
#include <cmath>

namespace divisi::beats {

BeatEnergy::BeatEnergy(int sampleRate)
    : pieceLength_(static_cast<size_t>(sampleRate / kPiecesPerSecond)) {}

void BeatEnergy::add(std::span<const float> samples) {
  for (const float sample : samples) {
    sum_ += static_cast<double>(sample) * static_cast<double>(sample);
    if (++filled_ < pieceLength_) continue;
    pieces_.push_back(static_cast<float>(sum_ / static_cast<double>(pieceLength_)));
    sum_ = 0;
    filled_ = 0;
  }
}

float BeatEnergy::decibels(double start, double end) const {
  if (pieces_.empty()) return kSilentDb;
  const auto pieceAt = [&](double seconds) {
    const auto end = static_cast<double>(pieces_.size());
    return static_cast<size_t>(std::lround(std::clamp(seconds * kPiecesPerSecond, 0.0, end)));
  };
  const size_t first = std::min(pieceAt(start), pieces_.size() - 1);
  const size_t last = std::clamp(pieceAt(end), first + 1, pieces_.size());
  double sum = 0;
  for (size_t i = first; i < last; ++i) sum += static_cast<double>(pieces_[i]);
  const double power = sum / static_cast<double>(last - first);
  return power > 0 ? std::max(kSilentDb, static_cast<float>(10 * std::log10(power))) : kSilentDb;
}

}  // namespace divisi::beats
