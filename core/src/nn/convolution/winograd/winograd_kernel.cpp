#include "nn/convolution/winograd/winograd_kernel.h"

#include <algorithm>

#include "nn/algebra/linear_combination.h"
#include "nn/product/matrix_product.h"

namespace divisi::nn {

bool WinogradKernel::create(const KernelShape& shape, const AxisFilter& vertical,
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
    packPanels(weights.bytes, shape.outputs, bytes_.data());
  } else {
    floats_ = FloatBuffer(panels * inPanel);
    if (!floats_) return false;
    packPanels(weights.floats, shape.outputs, floats_.data());
  }
  if (!keepTransformed) return true;

  const size_t inRow = horizontal_.rows.size() * shape.channels * kPanelColumns;
  FloatBuffer transformed(panels * vertical_.rows.size() * inRow);
  FloatBuffer scratch(scratchElements());
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

size_t WinogradKernel::scratchElements() const {
  if (isTransformed_) return 0;
  const size_t tap = shape_.channels * kPanelColumns;
  const size_t expanded = bytes_.empty() ? 0 : shape_.height * shape_.width * tap;
  return expanded + (shape_.width + horizontal_.rows.size()) * tap;
}

void WinogradKernel::openPanel(size_t panel, float* scratch) const {
  if (isTransformed_ || bytes_.empty()) return;
  const size_t inPanel = shape_.height * shape_.width * shape_.channels * kPanelColumns;
  const int8_t* from = bytes_.data() + panel * inPanel;
  float* expanded =
      scratch + (shape_.width + horizontal_.rows.size()) * shape_.channels * kPanelColumns;
  for (size_t i = 0; i < inPanel; ++i) expanded[i] = static_cast<float>(from[i]);
}

const float* WinogradKernel::panelRow(size_t panel, size_t u, float* scratch) const {
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

void WinogradKernel::transformRow(const float* panel, size_t u, float* between,
                                  float* target) const {
  const size_t tap = shape_.channels * kPanelColumns;
  const size_t kernelRow = shape_.width * tap;
  combineRow(vertical_.rows[u], panel, kernelRow, {1, kernelRow}, 0, between, 0);
  for (const auto& row : horizontal_.rows) {
    combineRow(row, between, tap, {1, tap}, 0, target, 0);
    target += tap;
  }
}

}  // namespace divisi::nn
