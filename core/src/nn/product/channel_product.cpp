#include "nn/product/channel_product.h"

#include "base/lanes.h"

namespace divisi::nn {

void multiplyChannels(std::span<const float* const> lefts, size_t rows, size_t leftStride,
                      const float* weights, const PanelResult& result) {
  for (size_t row = 0; row < rows; ++row) {
    const size_t at = row * leftStride;
    float* target = result.first + row * result.stride;
    if (result.columns == kPanelColumns) {
      Lanes low = {};
      Lanes high = {};
      for (size_t s = 0; s < lefts.size(); ++s) {
        const float* factors = weights + s * kPanelColumns;
        low = multiplyAdd(loadLanes(lefts[s] + at), loadLanes(factors), low);
        high = multiplyAdd(loadLanes(lefts[s] + at + kLanes), loadLanes(factors + kLanes), high);
      }
      storeLanes(target, low);
      storeLanes(target + kLanes, high);
      continue;
    }
    // Reading all eight would go beyond the last pixel.
    for (size_t j = 0; j < result.columns; ++j) {
      float sum = 0;
      for (size_t s = 0; s < lefts.size(); ++s)
        sum += lefts[s][at + j] * weights[s * kPanelColumns + j];
      target[j] = sum;
    }
  }
}

}  // namespace divisi::nn
