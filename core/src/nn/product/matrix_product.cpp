#include "nn/product/matrix_product.h"

#include <algorithm>

#include "base/lanes.h"
#include "nn/product/panel_columns.h"

namespace divisi::nn {
namespace {

// Rows at a time: as many as leave no sum without a register. V8 needs several registers more than
// the twelve that four rows take: with five or six it keeps sums in memory and takes twice the
// time.
#ifdef __wasm__
constexpr size_t kMostRows = 4;
#else
constexpr size_t kMostRows = 5;
#endif

template <size_t kRows>
void multiplyRows(std::span<const float* const> lefts, size_t first, size_t depth,
                  size_t leftStride, const float* panel, const PanelResult& result) {
  Pair sums[kRows];
  float* const target = result.first + first * result.stride;
  if (result.adds) {
    for (size_t row = 0; row < kRows; ++row) {
      sums[row] = loadColumns(target + row * result.stride, result.columns);
    }
  }
  for (const float* part : lefts) {
    const float* left = part + first * leftStride;
    for (size_t k = 0; k < depth; ++k) {
      const Lanes low = loadLanes(panel);
      const Lanes high = loadLanes(panel + kLanes);
      panel += kPanelColumns;
      for (size_t row = 0; row < kRows; ++row) {
        const Lanes value = allLanes(left[row * leftStride + k]);
        sums[row].low = multiplyAdd(value, low, sums[row].low);
        sums[row].high = multiplyAdd(value, high, sums[row].high);
      }
    }
  }
  for (size_t row = 0; row < kRows; ++row) {
    storeColumns(target + row * result.stride, result.columns, sums[row]);
  }
}

// As many columns as leave no sum without a register, and no addition waiting for the one before.
constexpr size_t kVectorPanels = 4;

template <size_t kPanels>
void multiplyOne(const float* left, size_t depth, const float* panels, size_t columns, bool adds,
                 float* result) {
  Pair sums[kPanels];
  const auto count = [&](size_t panel) {
    return std::min(kPanelColumns, columns - panel * kPanelColumns);
  };
  if (adds) {
    for (size_t p = 0; p < kPanels; ++p)
      sums[p] = loadColumns(result + p * kPanelColumns, count(p));
  }
  const size_t panelElements = depth * kPanelColumns;
  for (size_t k = 0; k < depth; ++k) {
    const Lanes value = allLanes(left[k]);
    for (size_t p = 0; p < kPanels; ++p) {
      const float* row = panels + p * panelElements + k * kPanelColumns;
      sums[p].low = multiplyAdd(value, loadLanes(row), sums[p].low);
      sums[p].high = multiplyAdd(value, loadLanes(row + kLanes), sums[p].high);
    }
  }
  for (size_t p = 0; p < kPanels; ++p) storeColumns(result + p * kPanelColumns, count(p), sums[p]);
}

}  // namespace

void multiplyPanel(std::span<const float* const> lefts, size_t rows, size_t depth,
                   size_t leftStride, const float* panel, const PanelResult& result) {
  // Blocks of nearly equal height: a last one of a row or two would leave most registers empty.
  size_t first = 0;
  for (size_t blocks = (rows + kMostRows - 1) / kMostRows; blocks > 0; --blocks) {
    const size_t height = (rows - first + blocks - 1) / blocks;
    switch (height) {
      case 1:
        multiplyRows<1>(lefts, first, depth, leftStride, panel, result);
        break;
      case 2:
        multiplyRows<2>(lefts, first, depth, leftStride, panel, result);
        break;
      case 3:
        multiplyRows<3>(lefts, first, depth, leftStride, panel, result);
        break;
      case 4:
        multiplyRows<4>(lefts, first, depth, leftStride, panel, result);
        break;
      default:
        multiplyRows<kMostRows>(lefts, first, depth, leftStride, panel, result);
        break;
    }
    first += height;
  }
}

void multiplyVector(const float* left, size_t depth, const float* panels, size_t columns, bool adds,
                    float* result) {
  constexpr size_t kTogether = kVectorPanels * kPanelColumns;
  size_t column = 0;
  for (; column + kTogether <= columns; column += kTogether) {
    multiplyOne<kVectorPanels>(left, depth, panels + column * depth, kTogether, adds,
                               result + column);
  }
  for (; column < columns; column += kPanelColumns) {
    multiplyOne<1>(left, depth, panels + column * depth, std::min(kPanelColumns, columns - column),
                   adds, result + column);
  }
}

}  // namespace divisi::nn
