// Groups of channels brought to a mean of 0 and a variance of 1.
#pragma once

#include <cstddef>

namespace divisi::nn {

/// Rows of channels, `rows` of which make a block; blocks are independent of each other.
struct GroupNorm {
  size_t blocks = 1;
  size_t rows = 1;
  size_t channels = 1;
  size_t groups = 1;  ///< divides the channels
  double epsilon = 0;
  const float* scale = nullptr;   ///< of each channel
  const float* offset = nullptr;  ///< likewise

  /// Floats of scratch memory that run() needs.
  [[nodiscard]] size_t scratchElements() const;

  /// @param scratch aligned for doubles
  void run(const float* x, float* y, float* scratch) const;
};

}  // namespace divisi::nn
