// HalfbandDecimator: halves the sample rate of a stream, in phase.
//
//   bool halve(HalfbandDecimator& decimator, std::span<const float> block, SampleQueue& out) {
//     return decimator.push(block.data(), block.size(), out);   // false: out of memory
//   }
//
// A linear-phase filter of 63 taps, windowed by Kaiser's window (beta 9): every second tap of a
// half-band filter is zero, so it takes 17 products a sample. It is flat within 0.0002 dB up to 0.4
// of the new rate, and lets less than -89 dB through of what lies above 0.6 of it and would fold to
// below 0.4. Output sample n lies on input sample 2n; before the first sample
// there is silence. One thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "audio/sample_queue.h"

namespace divisi::audio {

class HalfbandDecimator {
 public:
  /// Samples that the filter looks ahead, and back.
  static constexpr size_t kReach = 31;

  /// @return false when memory ran out.
  [[nodiscard]] bool create();

  /// Appends to `out` what has become complete. @return false when memory ran out.
  [[nodiscard]] bool push(const float* samples, size_t count, SampleQueue& out);

 private:
  static constexpr size_t kPairs = (kReach + 1) / 2;

  std::array<float, kPairs> taps_{};  // at distances 1, 3, 5, ...; the one in the middle is 1/2
  SampleQueue waiting_;               // begins kReach samples before the next output's
  std::vector<float> odd_;            // samples at odd distances from an output
};

}  // namespace divisi::audio
