#include "nn/algebra/matrix_product.h"

#include "base/simd.h"

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
  simd::Float4 sums[kRows][2] = {};
  for (const float* part : lefts) {
    const float* left = part + first * leftStride;
    for (size_t k = 0; k < depth; ++k) {
      const simd::Float4 low = simd::load(panel);
      const simd::Float4 high = simd::load(panel + simd::kLanes);
      panel += kPanelColumns;
      for (size_t row = 0; row < kRows; ++row) {
        const simd::Float4 value = simd::splat(left[row * leftStride + k]);
        sums[row][0] = simd::multiplyAdd(value, low, sums[row][0]);
        sums[row][1] = simd::multiplyAdd(value, high, sums[row][1]);
      }
    }
  }
  result += first * resultStride;
  for (size_t row = 0; row < kRows; ++row) {
    simd::store(result + row * resultStride, sums[row][0]);
    simd::store(result + row * resultStride + simd::kLanes, sums[row][1]);
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
