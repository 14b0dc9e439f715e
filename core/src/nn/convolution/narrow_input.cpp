#include <array>

#include "base/float_buffer.h"
#include "base/integers.h"
#include "nn/algebra/matrix_product.h"
#include "nn/convolution/narrow_convolution.h"
#include "nn/convolution/row_io.h"
#include "nn/convolution/row_ring.h"

namespace divisi::nn {
namespace {

constexpr int64_t kMostChannels = 15;

class NarrowInput final : public FusedConvolution {
 public:
  NarrowInput(const FusedGeometry& geometry, const ConvolutionWeights& weights,
              const FusedOperators& operators)
      : geometry_(geometry),
        channels_(size(geometry.channels())),
        outputs_(size(geometry.outputs)),
        columns_((geometry.output[1] - 1) * geometry.stride[1] + geometry.kernel[1]),
        reader_(geometry, operators),
        finisher_(weights, operators, {}),
        panels_(weights.floats.size()) {}

  [[nodiscard]] bool pack(std::span<const float> kernel) {
    if (!panels_) return false;
    packPanels(kernel, outputs_, panels_.data());
    return true;
  }

  [[nodiscard]] size_t scratchElements() const override { return ring().elements(); }

  void run(std::span<const float* const> sources, float* output, float* scratch) const override {
    RowRing rows = ring();
    rows.start(scratch, -geometry_.before[0]);
    const size_t width = size(geometry_.output[1]);
    const size_t depth = size(geometry_.kernel[1]) * channels_;
    const float* lefts[kMostRows];
    for (int64_t row = 0; row < geometry_.output[0]; ++row) {
      const int64_t first = row * geometry_.stride[0] - geometry_.before[0];
      for (int64_t i = 0; i < geometry_.kernel[0]; ++i) {
        lefts[i] = rows.get(first + i * geometry_.dilation[0], [&](int64_t wanted, float* target) {
          reader_.read(sources, wanted, -geometry_.before[1], columns_, target);
        });
      }
      float* target = output + size(row) * width * outputs_;
      for (size_t column = 0; column < outputs_; column += kPanelColumns) {
        multiplyPanel(
            {lefts, size(geometry_.kernel[0])}, width, depth, size(geometry_.stride[1]) * channels_,
            panels_.data() + column * size(geometry_.kernel[0]) * depth, target + column, outputs_);
      }
      finisher_.finish(target, width, outputs_, 0, outputs_);
    }
  }

  static constexpr int64_t kMostRows = 16;

 private:
  [[nodiscard]] RowRing ring() const {
    return {(geometry_.kernel[0] - 1) * geometry_.dilation[0] + 1, size(columns_) * channels_};
  }

  FusedGeometry geometry_;
  size_t channels_;
  size_t outputs_;
  int64_t columns_;
  RowReader reader_;
  RowFinisher finisher_;
  FloatBuffer panels_;  // [panel][kernel row][kernel column][channel][8]
};

}  // namespace

bool suitsNarrowInput(const FusedGeometry& g) {
  const std::array<int64_t, 3> ring = {(g.kernel[0] - 1) * g.dilation[0] + 1,
                                       (g.output[1] - 1) * g.stride[1] + g.kernel[1], g.channels()};
  return !g.transposed && product(ring, kMostScratch) && g.channels() <= kMostChannels &&
         g.dilation[1] == 1 && g.outputs % static_cast<int64_t>(kPanelColumns) == 0 &&
         g.kernel[0] <= NarrowInput::kMostRows;
}

std::unique_ptr<FusedConvolution> makeNarrowInput(const FusedGeometry& geometry,
                                                  const ConvolutionWeights& weights,
                                                  const FusedOperators& operators) {
  auto result = std::make_unique<NarrowInput>(geometry, weights, operators);
  if (!result->pack(weights.floats)) return nullptr;
  return result;
}

}  // namespace divisi::nn
