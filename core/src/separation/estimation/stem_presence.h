// StemPresence: whether a stem is heard in a chunk, or its estimate is only the little that
// networks take for it in any music.
//
//   bool isSung(StemPresence& presence, std::span<const float> magnitudes,
//               std::span<const float> mask) {
//     return presence.heard(magnitudes, mask);      // both [columns][bins][channels]
//   }
//
// A voice is the better part of the mix for a second, or some of it for seconds; false voices are
// weak, or loud for a moment. Levels are relative to the mix, so its own level does not matter.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "separation/chunks/separation_document.h"

namespace divisi::separation {

class StemPresence {
 public:
  explicit StemPresence(const SeparationDocument& document);

  /// @param magnitudes of the mix. @param mask the stem's. @return true for silence, too.
  [[nodiscard]] bool heard(std::span<const float> magnitudes, std::span<const float> mask);

 private:
  struct Energies {
    double mix = 0;
    double stem = 0;
  };

  [[nodiscard]] bool heardForLong(double silence) const;
  [[nodiscard]] bool heardForASecond(double silence) const;

  const size_t row_;            // floats of a column
  const size_t secondColumns_;  // columns of a second
  std::vector<Energies> columns_;
};

}  // namespace divisi::separation
