#include <algorithm>
#include <array>

#include "base/float_buffer.h"
#include "base/integers.h"
#include "base/lanes.h"
#include "nn/convolution/narrow_convolution.h"
#include "nn/convolution/row_io.h"
#include "nn/product/matrix_product.h"
#include "nn/window/row_ring.h"

namespace divisi::nn {
namespace {

constexpr int64_t kMostOutputs = 7;
// Of a convolution that is not transposed, beyond which sums of shifted products cost more than
// panels that are not full.
constexpr int64_t kMostDirectOutputs = 3;
constexpr int64_t kFewestChannels = 8;
constexpr int64_t kMostKernel = 16;
// Zeros on both sides of a row of products: an output pixel reads as far as half a kernel away.
constexpr int64_t kMargin = kMostKernel;

// [8 pixels][channels] to [channels][8].
void transpose(const float* pixels, size_t channels, float* panel) {
  for (size_t c = 0; c < channels; c += kLanes) {
    for (size_t half = 0; half < kPanelColumns; half += kLanes) {
      const float* from = pixels + half * channels + c;
      const Lanes a = loadLanes(from);
      const Lanes b = loadLanes(from + channels);
      const Lanes d = loadLanes(from + 2 * channels);
      const Lanes e = loadLanes(from + 3 * channels);
      float* to = panel + c * kPanelColumns + half;
      storeLanes(to, Lanes{a[0], b[0], d[0], e[0]});
      storeLanes(to + kPanelColumns, Lanes{a[1], b[1], d[1], e[1]});
      storeLanes(to + 2 * kPanelColumns, Lanes{a[2], b[2], d[2], e[2]});
      storeLanes(to + 3 * kPanelColumns, Lanes{a[3], b[3], d[3], e[3]});
    }
  }
}

// A convolution by steps of one pixel is a transposed one whose taps are turned round.
FusedGeometry asTransposed(FusedGeometry geometry) {
  if (geometry.transposed) return geometry;
  geometry.transposed = true;
  for (const size_t axis : {size_t{0}, size_t{1}}) {
    geometry.before[axis] = geometry.kernel[axis] - 1 - geometry.before[axis];
  }
  return geometry;
}

class NarrowOutput final : public FusedConvolution {
 public:
  NarrowOutput(const FusedGeometry& geometry, const ConvolutionWeights& weights,
               const FusedOperators& operators)
      : g_(asTransposed(geometry)),
        turned_(!geometry.transposed),
        channels_(size(geometry.channels())),
        outputs_(size(geometry.outputs)),
        pixels_(roundedUp(size(geometry.input[1]), kPanelColumns)),
        productStride_(pixels_ + 2 * size(kMargin)),
        phaseColumns_(
            roundedUp(size((geometry.output[1] + geometry.stride[1] - 1) / geometry.stride[1]),
                      kPanelColumns)),
        reader_(geometry, operators),
        finisher_(weights, operators, {}),
        kernel_(weights.floats.size()) {}

  // [output][tap][channel] to [tap][output][channel], the taps turned round where that is called
  // for.
  [[nodiscard]] bool pack(std::span<const float> kernel) {
    if (!kernel_) return false;
    for (size_t output = 0; output < outputs_; ++output) {
      for (size_t tap = 0; tap < taps(); ++tap) {
        std::copy_n(kernel.data() + (output * taps() + tap) * channels_, channels_,
                    kernel_.data() + (place(tap) * outputs_ + output) * channels_);
      }
    }
    return true;
  }

  [[nodiscard]] size_t scratchElements() const override {
    return ring().elements() + (pixels_ + kPanelColumns) * channels_ + sumElements();
  }

  void run(std::span<const float* const> sources, float* output, float* scratch) const override {
    RowRing products = ring();
    products.start(scratch, firstInputRow());
    float* panel = scratch + products.elements();
    float* pixels = panel + kPanelColumns * channels_;
    float* sums = pixels + pixels_ * channels_;
    const auto multiply = [&](int64_t row, float* target) {
      reader_.read(sources, row, 0, static_cast<int64_t>(pixels_), pixels);
      multiplyRow(pixels, panel, target);
    };
    for (int64_t row = 0; row < g_.output[0]; ++row) {
      std::fill_n(sums, sumElements(), 0.0F);
      // Output row r lies at place r + crop = stride * input + tap of the full result.
      const int64_t place = row + g_.before[0];
      // The lowest input row first: the ring makes rows in order.
      for (int64_t tap = highestTap(place); tap >= 0; tap -= g_.stride[0]) {
        const int64_t input = (place - tap) / g_.stride[0];
        const float* found = products.get(input, multiply);
        if (input >= 0 && input < g_.input[0]) addRow(found, tap, sums);
      }
      writeRow(sums, output + size(row * g_.output[1]) * outputs_);
    }
  }

 private:
  [[nodiscard]] size_t taps() const { return size(g_.kernel[0] * g_.kernel[1]); }
  [[nodiscard]] size_t place(size_t tap) const { return turned_ ? taps() - 1 - tap : tap; }

  [[nodiscard]] RowRing ring() const {
    // One more than a kernel column has taps in one output row: the next output row may begin one
    // input row later.
    return {(g_.kernel[0] + g_.stride[0] - 1) / g_.stride[0] + 1,
            taps() * outputs_ * productStride_};
  }

  [[nodiscard]] size_t sumElements() const { return size(g_.stride[1]) * outputs_ * phaseColumns_; }

  [[nodiscard]] int64_t highestTap(int64_t place) const {
    const int64_t lowest = place % g_.stride[0];
    return lowest + (g_.kernel[0] - 1 - lowest) / g_.stride[0] * g_.stride[0];
  }

  [[nodiscard]] int64_t firstInputRow() const {
    return floorDivide(g_.before[0] - g_.kernel[0] + 1, g_.stride[0]);
  }

  // The products of each pixel with all taps, [tap][output][pixel] with zeros at both ends.
  void multiplyRow(const float* pixels, float* panel, float* target) const {
    const size_t rows = taps() * outputs_;
    for (size_t i = 0; i < rows; ++i) {
      float* row = target + i * productStride_;
      std::fill_n(row, kMargin, 0.0F);
      std::fill_n(row + productStride_ - kMargin, kMargin, 0.0F);
    }
    const float* lefts[] = {kernel_.data()};
    for (size_t pixel = 0; pixel < pixels_; pixel += kPanelColumns) {
      transpose(pixels + pixel * channels_, channels_, panel);
      multiplyPanel(lefts, rows, channels_, channels_, panel, target + kMargin + pixel,
                    productStride_);
    }
  }

  // Adds the taps of kernel row `tapRow` to the sums [phase][output][pixel of the phase].
  void addRow(const float* products, int64_t tapRow, float* sums) const {
    for (int64_t phase = 0; phase < g_.stride[1]; ++phase) {
      const int64_t place = phase + g_.before[1];
      for (int64_t tap = place % g_.stride[1]; tap < g_.kernel[1]; tap += g_.stride[1]) {
        const int64_t shift = (place - tap) / g_.stride[1];
        for (size_t o = 0; o < outputs_; ++o) {
          const float* from = products +
                              (size(tapRow * g_.kernel[1] + tap) * outputs_ + o) * productStride_ +
                              size(kMargin + shift);
          float* to = sums + (size(phase) * outputs_ + o) * phaseColumns_;
          for (size_t i = 0; i < readable(shift); i += kLanes) {
            storeLanes(to + i, loadLanes(to + i) + loadLanes(from + i));
          }
        }
      }
    }
  }

  // Sums that have a product, at least zeros, at that shift.
  [[nodiscard]] size_t readable(int64_t shift) const {
    const size_t end = pixels_ + size(kMargin - shift);
    return std::min(phaseColumns_, end / kLanes * kLanes);
  }

  void writeRow(float* sums, float* output) const {
    const size_t width = size(g_.output[1]);
    const size_t stride = size(g_.stride[1]);
    for (size_t phase = 0; phase < stride; ++phase) {
      for (size_t o = 0; o < outputs_; ++o) {
        float* values = sums + (phase * outputs_ + o) * phaseColumns_;
        finisher_.finishPlane(values, phaseColumns_, o);
        float* to = output + o;
        for (size_t x = phase, i = 0; x < width; x += stride, ++i) to[x * outputs_] = values[i];
      }
    }
  }

  FusedGeometry g_;
  bool turned_;
  size_t channels_;
  size_t outputs_;
  size_t pixels_;         // of a row, in whole panels
  size_t productStride_;  // of a tap's row of products, with margins
  size_t phaseColumns_;
  RowReader reader_;
  RowFinisher finisher_;
  FloatBuffer kernel_;
};

}  // namespace

bool suitsNarrowOutput(const FusedGeometry& g) {
  if (g.groups > 1) return false;
  const bool steps = g.stride[0] > 1 || g.stride[1] > 1;
  if (!g.transposed && (steps || g.outputs > kMostDirectOutputs)) return false;
  if (g.outputs > kMostOutputs || g.channels() < kFewestChannels) return false;
  for (const int64_t channels : g.sourceChannels) {
    if (channels % static_cast<int64_t>(kLanes) != 0) return false;
  }
  for (const size_t axis : {size_t{0}, size_t{1}}) {
    // With gaps between the taps of neighbouring inputs there would be nothing to share.
    if (g.kernel[axis] > kMostKernel || g.stride[axis] > g.kernel[axis]) return false;
    if (g.before[axis] >= g.kernel[axis] || g.dilation[axis] > 1) return false;
  }
  const std::array<int64_t, 5> ring = {g.kernel[0] / g.stride[0] + 2, g.kernel[0], g.kernel[1],
                                       g.outputs, g.input[1] + 3 * kMargin};
  const std::array<int64_t, 2> pixels = {g.channels(), g.input[1] + kMargin};
  const std::array<int64_t, 2> sums = {g.outputs, g.output[1] + kMargin * g.stride[1]};
  return product(ring, kMostScratch) && product(pixels, kMostScratch) &&
         product(sums, kMostScratch);
}

std::unique_ptr<FusedConvolution> makeNarrowOutput(const FusedGeometry& geometry,
                                                   const ConvolutionWeights& weights,
                                                   const FusedOperators& operators) {
  auto result = std::make_unique<NarrowOutput>(geometry, weights, operators);
  if (!result->pack(weights.floats)) return nullptr;
  return result;
}

}  // namespace divisi::nn
