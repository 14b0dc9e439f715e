// Linear combinations of rows of numbers: what the transforms of a Winograd convolution are made
// of.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace divisi::nn {

/// A matrix with few entries that are not zero, row by row.
struct SparseMatrix {
  struct Entry {
    int column = 0;
    double factor = 0;
  };
  std::vector<std::vector<Entry>> rows;
};

/// A block of floats: `rows` runs of `count` floats, a multiple of 4.
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

/// The same with the entries of a matrix row: entry k's factor times what lies `entryStride` times
/// its column behind `source`.
void combineRow(std::span<const SparseMatrix::Entry> row, const float* source, size_t entryStride,
                Runs runs, size_t sourceStride, float* target, size_t targetStride);

}  // namespace divisi::nn
