#include "nn/filter_kernel.h"

#include <algorithm>
#include <array>

#include "nn/combine.h"
#include "nn/matrix_product.h"

namespace divisi::nn {
namespace {

// The most taps of an axis: three of each of two phases.
constexpr size_t kMostTaps = 6;

// target = the row of the matrix applied to sources that lie `stride` apart.
void applyRow(const std::vector<SparseMatrix::Entry>& row, const float* source, size_t stride,
              float* target) {
  std::array<Summand, kMostTaps> summands;
  size_t count = 0;
  for (const SparseMatrix::Entry& entry : row) {
    summands[count++] = {source + static_cast<size_t>(entry.column) * stride,
                         static_cast<float>(entry.factor)};
  }
  combine({summands.data(), count}, {1, stride}, 0, target, 0);
}

// [outputs][height][width][channels] to [panel][height][width][channels][8].
template <typename T>
void toPanels(const KernelShape& shape, const T* from, T* to) {
  const size_t inOutput = shape.height * shape.width * shape.channels;
  for (size_t output = 0; output < shape.outputs; ++output) {
    T* target = to + output / kPanelColumns * kPanelColumns * inOutput + output % kPanelColumns;
    for (size_t i = 0; i < inOutput; ++i) target[i * kPanelColumns] = from[output * inOutput + i];
  }
}

}  // namespace

bool FilterKernel::create(const KernelShape& shape, const AxisFilter& vertical,
                          const AxisFilter& horizontal, const ConvolutionWeights& weights,
                          bool keepTransformed) {
  shape_ = shape;
  vertical_ = vertical.kernel;
  horizontal_ = horizontal.kernel;
  const size_t inPanel = shape.height * shape.width * shape.channels * kPanelColumns;
  const size_t panels = shape.outputs / kPanelColumns;
  if (weights.floats.empty()) {
    scales_.assign(weights.scales.begin(), weights.scales.end());
    bytes_.resize(panels * inPanel);
    toPanels(shape, weights.bytes.data(), bytes_.data());
  } else {
    floats_ = TensorBuffer(panels * inPanel);
    if (!floats_) return false;
    toPanels(shape, weights.floats.data(), floats_.data());
  }
  if (!keepTransformed) return true;

  const size_t inRow = horizontal_.rows.size() * shape.channels * kPanelColumns;
  TensorBuffer transformed(panels * vertical_.rows.size() * inRow);
  TensorBuffer scratch(scratchElements());
  if (!transformed || !scratch) return false;
  float* target = transformed.data();
  for (size_t panel = 0; panel < panels; ++panel) {
    openPanel(panel, scratch.data());
    for (size_t u = 0; u < vertical_.rows.size(); ++u, target += inRow) {
      const float* row = panelRow(panel, u, scratch.data());
      std::copy_n(row, inRow, target);
    }
  }
  floats_ = std::move(transformed);
  bytes_ = {};
  isTransformed_ = true;
  return true;
}

size_t FilterKernel::scratchElements() const {
  if (isTransformed_) return 0;
  const size_t tap = shape_.channels * kPanelColumns;
  const size_t expanded = bytes_.empty() ? 0 : shape_.height * shape_.width * tap;
  return expanded + (shape_.width + horizontal_.rows.size()) * tap;
}

void FilterKernel::openPanel(size_t panel, float* scratch) const {
  if (isTransformed_ || bytes_.empty()) return;
  const size_t inPanel = shape_.height * shape_.width * shape_.channels * kPanelColumns;
  const int8_t* from = bytes_.data() + panel * inPanel;
  float* expanded =
      scratch + (shape_.width + horizontal_.rows.size()) * shape_.channels * kPanelColumns;
  for (size_t i = 0; i < inPanel; ++i) expanded[i] = static_cast<float>(from[i]);
}

const float* FilterKernel::panelRow(size_t panel, size_t u, float* scratch) const {
  const size_t tap = shape_.channels * kPanelColumns;
  const size_t inRow = horizontal_.rows.size() * tap;
  if (isTransformed_) return floats_.data() + (panel * vertical_.rows.size() + u) * inRow;
  const size_t inPanel = shape_.height * shape_.width * tap;
  float* between = scratch;
  float* target = between + shape_.width * tap;
  const float* values = bytes_.empty() ? floats_.data() + panel * inPanel : target + inRow;
  transformRow(values, u, between, target);
  return target;
}

void FilterKernel::transformRow(const float* panel, size_t u, float* between, float* target) const {
  const size_t tap = shape_.channels * kPanelColumns;
  applyRow(vertical_.rows[u], panel, shape_.width * tap, between);
  for (const auto& row : horizontal_.rows) {
    applyRow(row, between, tap, target);
    target += tap;
  }
}

}  // namespace divisi::nn
