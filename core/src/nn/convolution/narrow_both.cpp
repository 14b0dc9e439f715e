#include <array>
#include <vector>

#include "base/integers.h"
#include "base/lanes.h"
#include "nn/algebra/linear_combination.h"
#include "nn/convolution/narrow_convolution.h"
#include "nn/convolution/row_io.h"
#include "nn/window/row_ring.h"

namespace divisi::nn {
namespace {

constexpr int64_t kMostChannels = 4;
constexpr int64_t kMostOutputs = 4;
constexpr int64_t kMostTaps = 64;

// Floats of a cache line.
constexpr size_t kLine = 16;

class NarrowBoth final : public FusedConvolution {
 public:
  NarrowBoth(const FusedGeometry& geometry, const ConvolutionWeights& weights,
             const FusedOperators& operators)
      : g_(geometry),
        channels_(size(geometry.channels())),
        outputs_(size(geometry.outputs)),
        width_(roundedUp(size(geometry.output[1]), kLine)),
        columns_(width_ + size((geometry.kernel[1] - 1) * geometry.dilation[1])),
        reader_(geometry, operators),
        finisher_(weights, operators, {}),
        kernel_(weights.floats.begin(), weights.floats.end()) {}

  [[nodiscard]] size_t scratchElements() const override {
    return ring().elements() + roundedUp(columns_ * channels_, kLine) + width_;
  }

  void run(std::span<const float* const> sources, float* output, float* scratch) const override {
    RowRing rows = ring();
    rows.start(scratch, -g_.before[0]);
    float* pixels = scratch + rows.elements();
    float* plane = pixels + roundedUp(columns_ * channels_, kLine);
    const auto read = [&](int64_t row, float* target) {
      reader_.read(sources, row, -g_.before[1], static_cast<int64_t>(columns_), pixels);
      for (size_t c = 0; c < channels_; ++c) {
        for (size_t x = 0; x < columns_; ++x) target[c * columns_ + x] = pixels[x * channels_ + c];
      }
    };
    Summand summands[kMostTaps];
    const size_t taps = kernel_.size() / outputs_;
    for (int64_t row = 0; row < g_.output[0]; ++row) {
      size_t tap = 0;
      for (int64_t i = 0; i < g_.kernel[0]; ++i) {
        const float* input = rows.get(row - g_.before[0] + i * g_.dilation[0], read);
        for (int64_t j = 0; j < g_.kernel[1]; ++j) {
          for (size_t c = 0; c < channels_; ++c) {
            summands[tap++].source = input + c * columns_ + size(j * g_.dilation[1]);
          }
        }
      }
      for (size_t o = 0; o < outputs_; ++o) {
        for (size_t i = 0; i < taps; ++i) summands[i].factor = kernel_[o * taps + i];
        combine({summands, taps}, {1, width_}, 0, plane, 0);
        finisher_.finishPlane(plane, width_, o);
        const size_t width = size(g_.output[1]);
        float* target = output + size(row) * width * outputs_ + o;
        for (size_t x = 0; x < width; ++x) target[x * outputs_] = plane[x];
      }
    }
  }

 private:
  [[nodiscard]] RowRing ring() const {
    return {(g_.kernel[0] - 1) * g_.dilation[0] + 1, columns_ * channels_};
  }

  FusedGeometry g_;
  size_t channels_;
  size_t outputs_;
  size_t width_;    // of the output, in whole vectors
  size_t columns_;  // of the input that `width_` outputs read
  RowReader reader_;
  RowFinisher finisher_;
  std::vector<float> kernel_;
};

}  // namespace

bool suitsNarrowBoth(const FusedGeometry& g) {
  const std::array<int64_t, 3> ring = {(g.kernel[0] - 1) * g.dilation[0] + 1,
                                       g.output[1] + (g.kernel[1] - 1) * g.dilation[1] + 16,
                                       g.channels()};
  return !g.transposed && g.groups == 1 && product(ring, kMostScratch) && g.stride[0] == 1 &&
         g.stride[1] == 1 && g.channels() <= kMostChannels && g.outputs <= kMostOutputs &&
         g.kernel[0] * g.kernel[1] <= kMostTaps / g.channels();
}

std::unique_ptr<FusedConvolution> makeNarrowBoth(const FusedGeometry& geometry,
                                                 const ConvolutionWeights& weights,
                                                 const FusedOperators& operators) {
  return std::make_unique<NarrowBoth>(geometry, weights, operators);
}

}  // namespace divisi::nn
