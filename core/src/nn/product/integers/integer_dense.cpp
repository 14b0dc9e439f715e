#include "nn/product/integers/integer_dense.h"

#include <algorithm>

#include "nn/product/integers/integer_product.h"

namespace divisi::nn {
namespace {

// Rows that are rounded before they are multiplied by all panels, and those that meet a group of
// panels in a core's own cache.
constexpr size_t kMostRows = 240;
constexpr size_t kBlockRows = 40;
// Numbers of the panels of a group.
constexpr size_t kGroupElements = size_t{1} << 16;

size_t groupPanels(const IntegerKernel& kernel) {
  return std::clamp<size_t>(kGroupElements / (kernel.depth() * kPanelColumns), 1, kernel.panels());
}

// Floats that hold as many numbers of 16 bits.
size_t floatsFor(size_t shorts) { return (shorts + 1) / 2; }

}  // namespace

size_t integerScratch(const IntegerKernel& kernel, size_t rows) {
  const size_t together = std::min(rows, kMostRows);
  return together + floatsFor(together * kernel.depth()) +
         floatsFor(groupPanels(kernel) * kernel.depth() * kPanelColumns);
}

void multiplyDense(const MatrixView& left, const IntegerKernel& kernel, size_t outputs,
                   const DenseFinish& finish, float* result, float* scratch) {
  const size_t depth = kernel.depth();
  const size_t inGroup = groupPanels(kernel);
  const size_t together = std::min(left.rows, kMostRows);
  float* const scales = scratch;
  auto* const numbers = reinterpret_cast<int16_t*>(scratch + together);
  auto* const panels = reinterpret_cast<int16_t*>(scratch + together + floatsFor(together * depth));
  for (size_t first = 0; first < left.rows; first += together) {
    const size_t rows = std::min(together, left.rows - first);
    for (size_t row = 0; row < rows; ++row) {
      scales[row] = roundRow(left.first + (first + row) * left.stride, depth,
                             static_cast<float>(kernel.limit()), numbers + row * depth);
    }
    for (size_t panel = 0; panel < kernel.panels(); panel += inGroup) {
      const size_t count = std::min(inGroup, kernel.panels() - panel);
      kernel.expand(panel, count, panels);
      for (size_t row = 0; row < rows; row += kBlockRows) {
        const IntegerRows block = {.first = numbers + row * depth,
                                   .count = std::min(kBlockRows, rows - row),
                                   .stride = depth,
                                   .scales = scales + row};
        for (size_t i = 0; i < count; ++i) {
          const size_t column = (panel + i) * kPanelColumns;
          multiplyIntegers(block, depth, panels + i * depth * kPanelColumns,
                           kernel.scales(panel + i),
                           {.first = result + (first + row) * outputs + column,
                            .stride = outputs,
                            .columns = std::min(kPanelColumns, outputs - column)});
        }
      }
    }
    finishRows(finish, outputs, rows, result + first * outputs, outputs);
  }
}

}  // namespace divisi::nn
