#include "separation/estimation/stem_presence.h"

#include <algorithm>

namespace divisi::separation {
namespace {

// Chosen on 47 instrumental and 14 sung clips, most of them those of docs/quality.md. Of the sung
// ones' 28 chunks all but one have some of a voice in two fifths of their columns or more; of the
// instrumental clips that leak more raised than at their own level, all but one in less than a
// quarter. What is loud for a second is a sung phrase in a chunk that is played otherwise.
constexpr double kSome = 0.1;    // of the mix's energy in a column: -10 dB
constexpr double kLong = 0.25;   // of a chunk's columns
constexpr double kLoud = 0.4;    // of the mix's energy in a second: -4 dB
constexpr double kFloor = 1e-3;  // of the mean column's energy; what lies below it is silence

}  // namespace

StemPresence::StemPresence(const SeparationDocument& document)
    : row_(static_cast<size_t>(document.bins) * static_cast<size_t>(document.channels)),
      secondColumns_(static_cast<size_t>(
          std::clamp(document.sampleRate / document.hop, 1, document.chunkColumns))),
      columns_(static_cast<size_t>(document.chunkColumns)) {}

bool StemPresence::heard(std::span<const float> magnitudes, std::span<const float> mask) {
  const float* mix = magnitudes.data();
  const float* share = mask.data();
  double total = 0;
  for (Energies& column : columns_) {
    column = {};
    for (size_t i = 0; i < row_; ++i) {
      const double energy = static_cast<double>(mix[i]) * mix[i];
      column.mix += energy;
      column.stem += energy * share[i] * share[i];
    }
    total += column.mix;
    mix += row_;
    share += row_;
  }
  const double silence = kFloor * total / static_cast<double>(columns_.size());
  return total == 0 || heardForLong(silence) || heardForASecond(silence);
}

bool StemPresence::heardForLong(double silence) const {
  size_t sounding = 0;
  size_t some = 0;
  for (const Energies& column : columns_) {
    if (column.mix <= silence) continue;
    ++sounding;
    if (column.stem > kSome * column.mix) ++some;
  }
  return static_cast<double>(some) >= kLong * static_cast<double>(sounding);
}

bool StemPresence::heardForASecond(double silence) const {
  for (size_t begin = 0; begin + secondColumns_ <= columns_.size(); ++begin) {
    // The floor keeps what is loud beside near silence from deciding for a chunk.
    Energies second = {.mix = silence * static_cast<double>(secondColumns_)};
    for (size_t i = begin; i < begin + secondColumns_; ++i) {
      second.mix += columns_[i].mix;
      second.stem += columns_[i].stem;
    }
    if (second.stem >= kLoud * second.mix) return true;
  }
  return false;
}

}  // namespace divisi::separation
