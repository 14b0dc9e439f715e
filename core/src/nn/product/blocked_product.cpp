#include "nn/product/blocked_product.h"

#include <algorithm>

#include "base/lanes.h"

namespace divisi::nn {
namespace {

// Floats of the panels, and of the left-hand rows, that a block multiplies: together what a core's
// own cache holds beside the result.
constexpr size_t kGroupElements = size_t{1} << 16;
constexpr size_t kRowElements = size_t{1} << 15;
// A multiple of the rows that are multiplied at once, whether they are four or five.
constexpr size_t kFewestRows = 20;

size_t panelsOf(size_t columns) { return (columns + kPanelColumns - 1) / kPanelColumns; }

size_t groupPanels(size_t depth, size_t columns) {
  return std::clamp<size_t>(kGroupElements / (depth * kPanelColumns), 1, panelsOf(columns));
}

// @param panels(first, count) gives a group's panels
template <typename Panels>
void multiplyBlocks(const MatrixView& left, size_t depth, size_t columns, const DenseFinish& finish,
                    float* result, const Panels& panels) {
  const size_t inGroup = groupPanels(depth, columns);
  const size_t blockRows = std::max(kRowElements / depth / kFewestRows, size_t{1}) * kFewestRows;
  for (size_t panel = 0; panel < panelsOf(columns); panel += inGroup) {
    const size_t count = std::min(inGroup, panelsOf(columns) - panel);
    const float* group = panels(panel, count);
    const size_t firstColumn = panel * kPanelColumns;
    const size_t groupColumns = std::min(count * kPanelColumns, columns - firstColumn);
    for (size_t row = 0; row < left.rows; row += blockRows) {
      const size_t rows = std::min(blockRows, left.rows - row);
      const float* lefts[] = {left.first + row * left.stride};
      float* target = result + row * columns + firstColumn;
      if (rows == 1) {
        multiplyVector(lefts[0], depth, group, groupColumns, /*adds=*/false, target);
      } else {
        for (size_t i = 0; i < count; ++i) {
          const size_t first = i * kPanelColumns;
          multiplyPanel(lefts, rows, depth, left.stride, group + first * depth,
                        {.first = target + first,
                         .stride = columns,
                         .columns = std::min(kPanelColumns, groupColumns - first)});
        }
      }
      finishRows(finish.from(firstColumn), groupColumns, rows, target, columns);
    }
  }
}

}  // namespace

void finishRows(const DenseFinish& finish, size_t columns, size_t rows, float* first,
                size_t stride) {
  if (finish.bias == nullptr && !finish.relu) return;
  for (size_t row = 0; row < rows; ++row, first += stride) {
    for (size_t j = 0; j < columns; ++j) {
      const float sum = first[j] + (finish.bias == nullptr ? 0.0F : finish.bias[j]);
      first[j] = finish.relu && !(sum > 0) ? 0.0F : sum;
    }
  }
}

size_t denseScratch(const PanelKernel& kernel) {
  if (kernel.isExpanded()) return 0;
  const size_t columns = kernel.panelsOfGroup() * kPanelColumns;
  return groupPanels(kernel.depth(), columns) * kernel.depth() * kPanelColumns;
}

void multiplyDense(const MatrixView& left, const PanelKernel& kernel, size_t outputs,
                   const DenseFinish& finish, float* result, float* scratch) {
  multiplyBlocks(left, kernel.depth(), outputs, finish, result,
                 [&](size_t first, size_t count) { return kernel.panels(first, count, scratch); });
}

size_t matricesScratch(size_t depth, size_t columns) {
  return groupPanels(depth, columns) * depth * kPanelColumns;
}

void multiplyMatrices(const MatrixView& left, const float* right, bool isTransposed, size_t depth,
                      size_t columns, float* result, float* scratch) {
  const size_t depthStride = isTransposed ? 1 : columns;
  const size_t columnStride = isTransposed ? depth : 1;
  multiplyBlocks(left, depth, columns, {}, result, [&](size_t first, size_t count) {
    const size_t column = first * kPanelColumns;
    packRight(right + column * columnStride, depthStride, columnStride, depth,
              std::min(count * kPanelColumns, columns - column), scratch);
    return static_cast<const float*>(scratch);
  });
}

void packRight(const float* right, size_t depthStride, size_t columnStride, size_t depth,
               size_t columns, float* panels) {
  for (size_t column = 0; column < columns; column += kPanelColumns) {
    const size_t count = std::min(kPanelColumns, columns - column);
    const float* from = right + column * columnStride;
    float* to = panels + column * depth;
    size_t k = 0;
    if (count == kPanelColumns && columnStride == 1) {
      for (; k < depth; ++k) {
        storeLanes(to + k * kPanelColumns, loadLanes(from + k * depthStride));
        storeLanes(to + k * kPanelColumns + kLanes, loadLanes(from + k * depthStride + kLanes));
      }
    } else if (count == kPanelColumns && depthStride == 1) {
      for (; k + kLanes <= depth; k += kLanes) {
        for (size_t half = 0; half < kPanelColumns; half += kLanes) {
          const float* rows = from + half * columnStride + k;
          Lanes a = loadLanes(rows);
          Lanes b = loadLanes(rows + columnStride);
          Lanes c = loadLanes(rows + 2 * columnStride);
          Lanes d = loadLanes(rows + 3 * columnStride);
          transpose(a, b, c, d);
          float* target = to + k * kPanelColumns + half;
          storeLanes(target, a);
          storeLanes(target + kPanelColumns, b);
          storeLanes(target + 2 * kPanelColumns, c);
          storeLanes(target + 3 * kPanelColumns, d);
        }
      }
    }
    for (; k < depth; ++k) {
      float* target = to + k * kPanelColumns;
      for (size_t j = 0; j < count; ++j) target[j] = from[k * depthStride + j * columnStride];
      std::fill(target + count, target + kPanelColumns, 0.0F);
    }
  }
}

}  // namespace divisi::nn
