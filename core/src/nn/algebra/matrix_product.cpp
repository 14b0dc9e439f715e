#include "nn/algebra/matrix_product.h"

#include "base/lanes.h"

namespace divisi::nn {
namespace {

// Rows at a time: as many as leave no sum without a register. Without a fused multiply-add each
// product needs a register of its own for a moment.
#ifdef __wasm_relaxed_simd__
constexpr size_t kMostRows = 6;
#else
constexpr size_t kMostRows = 5;
#endif

template <size_t kRows>
void multiplyRows(std::span<const float* const> lefts, size_t first, size_t depth,
                  size_t leftStride, const float* panel, float* result, size_t resultStride) {
  Lanes sums[kRows][2] = {};
  for (const float* part : lefts) {
    const float* left = part + first * leftStride;
    for (size_t k = 0; k < depth; ++k) {
      const Lanes low = loadLanes(panel);
      const Lanes high = loadLanes(panel + kLanes);
      panel += kPanelColumns;
      for (size_t row = 0; row < kRows; ++row) {
        const Lanes value = allLanes(left[row * leftStride + k]);
        sums[row][0] = multiplyAdd(value, low, sums[row][0]);
        sums[row][1] = multiplyAdd(value, high, sums[row][1]);
      }
    }
  }
  result += first * resultStride;
  for (size_t row = 0; row < kRows; ++row) {
    storeLanes(result + row * resultStride, sums[row][0]);
    storeLanes(result + row * resultStride + kLanes, sums[row][1]);
  }
}

}  // namespace

void multiplyPanel(std::span<const float* const> lefts, size_t rows, size_t depth,
                   size_t leftStride, const float* panel, float* result, size_t resultStride) {
  // Blocks of nearly equal height: a last one of a row or two would leave most registers empty.
  size_t first = 0;
  for (size_t blocks = (rows + kMostRows - 1) / kMostRows; blocks > 0; --blocks) {
    const size_t height = (rows - first + blocks - 1) / blocks;
    switch (height) {
      case 1:
        multiplyRows<1>(lefts, first, depth, leftStride, panel, result, resultStride);
        break;
      case 2:
        multiplyRows<2>(lefts, first, depth, leftStride, panel, result, resultStride);
        break;
      case 3:
        multiplyRows<3>(lefts, first, depth, leftStride, panel, result, resultStride);
        break;
      case 4:
        multiplyRows<4>(lefts, first, depth, leftStride, panel, result, resultStride);
        break;
      case 5:
        multiplyRows<5>(lefts, first, depth, leftStride, panel, result, resultStride);
        break;
      default:
        multiplyRows<6>(lefts, first, depth, leftStride, panel, result, resultStride);
        break;
    }
    first += height;
  }
}

}  // namespace divisi::nn
