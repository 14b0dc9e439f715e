// RowQueue: rows of an output that wait to be pulled, first in first out.
#pragma once

#include <algorithm>
#include <cstddef>

#include "audio/sample_queue.h"

namespace divisi::task {

class RowQueue {
 public:
  /// Makes room for `rows` rows of `width` numbers; it grows when more wait.
  /// @return false when memory ran out.
  [[nodiscard]] bool reserve(size_t width, size_t rows) {
    width_ = width;
    return numbers_.reserve(1, width * rows);
  }

  /// Appends a row of the width. @return false when memory ran out.
  [[nodiscard]] bool push(const float* row) { return numbers_.push(&row, 0, width_); }

  [[nodiscard]] size_t available() const { return numbers_.frames() / width_; }

  /// Moves up to `maxRows` rows to rows[row][width]. @return how many.
  size_t pull(float* rows, size_t maxRows) {
    const size_t count = std::min(maxRows, available());
    std::copy_n(numbers_.channel(0), count * width_, rows);
    numbers_.drop(count * width_);
    return count;
  }

 private:
  size_t width_ = 1;
  audio::SampleQueue numbers_;  // one row after another
};

}  // namespace divisi::task
