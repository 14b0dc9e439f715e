// A tensor of the reference implementation.
#pragma once

#include <cstdint>
#include <vector>

#include "nn/model_builder.h"

namespace divisi::nn::test {

struct RefTensor {
  std::vector<int64_t> shape;
  std::vector<double> values;

  explicit RefTensor(std::vector<int64_t> dims = {}) : shape(std::move(dims)) {
    values.resize(elements(shape));
  }

  [[nodiscard]] int64_t dim(size_t axis) const { return shape[axis]; }

  double& at(int64_t h, int64_t w, int64_t c) {
    return values[static_cast<size_t>((h * shape[1] + w) * shape[2] + c)];
  }
  [[nodiscard]] double at(int64_t h, int64_t w, int64_t c) const {
    return values[static_cast<size_t>((h * shape[1] + w) * shape[2] + c)];
  }
  [[nodiscard]] double kernel(int64_t o, int64_t h, int64_t w, int64_t c) const {
    return values[static_cast<size_t>(((o * shape[1] + h) * shape[2] + w) * shape[3] + c)];
  }
};

}  // namespace divisi::nn::test
