#include "nn/convolution/winograd_rows.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/float_buffer.h"
#include "base/integers.h"
#include "base/lanes.h"
#include "nn/algebra/linear_combination.h"
#include "nn/convolution/row_io.h"
#include "nn/convolution/winograd_transform.h"
#include "nn/product/matrix_product.h"

namespace divisi::nn {
namespace {

constexpr int64_t kHeight = 3;
constexpr int64_t kTileRows = 4;
// Narrower ones are filtered along both axes, or small.
constexpr int64_t kLeastWidth = 4;

class WinogradRows final : public FusedConvolution {
 public:
  WinogradRows(const FusedGeometry& geometry, const ConvolutionWeights& weights,
               const FusedOperators& operators, AxisFilter filter)
      : g_(geometry),
        filter_(std::move(filter)),
        channels_(size(g_.channels())),
        outputs_(size(g_.outputs)),
        depth_(size(g_.kernel[1]) * channels_),
        rowElements_(size(g_.output[1] + g_.kernel[1] - 1) * channels_),
        resultElements_(size(g_.output[1]) * outputs_),
        reader_(g_, operators),
        finisher_(weights, operators, {}),
        kernel_(size(filter_.points) * outputs_ * depth_) {}

  [[nodiscard]] bool pack(std::span<const float> kernel) {
    if (!kernel_) return false;
    std::vector<float> transformed(outputs_ * depth_);
    for (size_t point = 0; point < size(filter_.points); ++point) {
      for (size_t output = 0; output < outputs_; ++output) {
        combineRow(filter_.kernel.rows[point], kernel.data() + output * size(kHeight) * depth_,
                   depth_, {.count = depth_}, 0, transformed.data() + output * depth_, 0);
      }
      packPanels(std::span<const float>(transformed), outputs_,
                 kernel_.data() + point * outputs_ * depth_);
    }
    return true;
  }

  [[nodiscard]] size_t scratchElements() const override {
    return (size(filter_.window) + 1) * rowElements_ + size(filter_.points) * resultElements_;
  }

  void run(std::span<const float* const> sources, float* output, float* scratch) const override {
    float* const window = scratch;
    float* const combined = window + size(filter_.window) * rowElements_;
    float* const products = combined + rowElements_;
    for (int64_t tile = 0; tile * kTileRows < g_.output[0]; ++tile) {
      for (int64_t i = 0; i < filter_.window; ++i) {
        reader_.read(sources, filter_.origin + tile * filter_.inputStep + i, -g_.before[1],
                     g_.output[1] + g_.kernel[1] - 1, window + size(i) * rowElements_);
      }
      for (size_t point = 0; point < size(filter_.points); ++point) {
        combineRow(filter_.input.rows[point], window, rowElements_, {.count = rowElements_}, 0,
                   combined, 0);
        multiply(point, combined, products + point * resultElements_);
      }
      const int64_t first = tile * kTileRows;
      for (int64_t row = first; row < std::min(first + kTileRows, g_.output[0]); ++row) {
        float* const target = output + size(row) * resultElements_;
        combineRow(filter_.result.rows[size(row - first)], products, resultElements_,
                   {.count = resultElements_}, 0, target, 0);
        finisher_.finish(target, size(g_.output[1]), outputs_, 0, outputs_);
      }
    }
  }

 private:
  void multiply(size_t point, const float* left, float* result) const {
    const float* const lefts[] = {left};
    const float* panel = kernel_.data() + point * outputs_ * depth_;
    for (size_t first = 0; first < outputs_; first += kPanelColumns) {
      multiplyPanel(lefts, size(g_.output[1]), depth_, channels_, panel, result + first, outputs_);
      panel += depth_ * kPanelColumns;
    }
  }

  const FusedGeometry g_;
  const AxisFilter filter_;
  const size_t channels_;
  const size_t outputs_;
  const size_t depth_;           // of a point's product
  const size_t rowElements_;     // of a row of input, with its padding
  const size_t resultElements_;  // of a row of output
  const RowReader reader_;
  const RowFinisher finisher_;
  FloatBuffer kernel_;  // [point][panel][depth][8]
};

}  // namespace

bool suitsWinogradRows(const FusedGeometry& g) {
  if (g.transposed || g.groups > 1) return false;
  if (g.kernel[0] != kHeight || g.kernel[1] < kLeastWidth || g.output[0] < kTileRows) return false;
  if (g.stride != std::array<int64_t, 2>{1, 1} || g.dilation != g.stride) return false;
  if (g.channels() % static_cast<int64_t>(kLanes) != 0) return false;
  if (g.outputs % static_cast<int64_t>(kPanelColumns) != 0) return false;
  const int64_t columns = g.output[1] + g.kernel[1];
  return product(std::array<int64_t, 3>{8, columns, g.channels()}, kMostScratch) &&
         product(std::array<int64_t, 3>{8, columns, g.outputs}, kMostScratch) &&
         product(std::array<int64_t, 4>{8, g.kernel[1], g.channels(), g.outputs}, kMostScratch);
}

std::unique_ptr<FusedConvolution> makeWinogradRows(const FusedGeometry& geometry,
                                                   const ConvolutionWeights& weights,
                                                   const FusedOperators& operators) {
  auto filter = makeAxisFilter({.kernel = kHeight, .before = geometry.before[0]}, kTileRows);
  if (!filter) return nullptr;
  auto result = std::make_unique<WinogradRows>(geometry, weights, operators, std::move(*filter));
  if (!result->pack(weights.floats)) return nullptr;
  return result;
}

}  // namespace divisi::nn
