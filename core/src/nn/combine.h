// Linear combinations of rows of numbers: what the transforms of a filtered convolution are made
// of.
#pragma once

#include <cstddef>
#include <span>

namespace divisi::nn {

/// Where a matrix of floats lies: `rows` runs of `count` floats (a multiple of 4), `stride` apart.
struct Runs {
  size_t rows = 1;
  size_t count = 0;
};

/// One row of the combination: factor * source.
struct Summand {
  const float* source = nullptr;
  float factor = 0;
};

/// target[r][i] = sum over summands of factor * source[r][i]. At least one summand, any number.
/// The target must not overlap the sources.
void combine(std::span<const Summand> summands, Runs runs, size_t sourceStride, float* target,
             size_t targetStride);

}  // namespace divisi::nn
