// RowRing: the last rows of something made row by row, for windows that slide down an image.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/integers.h"

namespace divisi::nn {

class RowRing {
 public:
  /// @param rows that a window spans
  /// @param rowElements floats of a row
  RowRing(int64_t rows, size_t rowElements)
      : rows_(rows), rowElements_(roundedUp(rowElements, kAlignment)) {}

  /// Floats of memory that start() needs.
  [[nodiscard]] size_t elements() const {
    return static_cast<size_t>(rows_) * rowElements_ + kAlignment;
  }

  /// @param first the lowest row that will be asked for
  void start(float* memory, int64_t first) {
    memory_ = memory;
    first_ = first;
    next_ = first;
  }

  /// The row, made by `make(row, target)` if it is asked for for the first time. Rows lower than
  /// the highest one so far less the window are gone.
  template <typename Make>
  const float* get(int64_t row, const Make& make) {
    if (row >= next_ + rows_) next_ = row - rows_ + 1;
    for (; next_ <= row; ++next_) make(next_, place(next_));
    return place(row);
  }

 private:
  static constexpr size_t kAlignment = 16;

  [[nodiscard]] float* place(int64_t row) const {
    return memory_ + static_cast<size_t>((row - first_) % rows_) * rowElements_;
  }

  int64_t rows_;
  size_t rowElements_;
  float* memory_ = nullptr;
  int64_t first_ = 0;
  int64_t next_ = 0;
};

}  // namespace divisi::nn
