// The columns that a panel gives a row, from and to where there may be fewer than eight.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/lanes.h"
#include "nn/product/matrix_product.h"

namespace divisi::nn {

struct Pair {
  Lanes low = {};
  Lanes high = {};
};

inline Pair loadColumns(const float* from, size_t columns) {
  if (columns == kPanelColumns) return {loadLanes(from), loadLanes(from + kLanes)};
  std::array<float, kPanelColumns> some = {};
  std::copy_n(from, columns, some.data());
  return {loadLanes(some.data()), loadLanes(some.data() + kLanes)};
}

inline void storeColumns(float* to, size_t columns, const Pair& values) {
  if (columns == kPanelColumns) {
    storeLanes(to, values.low);
    storeLanes(to + kLanes, values.high);
    return;
  }
  std::array<float, kPanelColumns> all;
  storeLanes(all.data(), values.low);
  storeLanes(all.data() + kLanes, values.high);
  std::copy_n(all.data(), columns, to);
}

}  // namespace divisi::nn
