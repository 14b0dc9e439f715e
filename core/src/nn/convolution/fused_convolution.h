// FusedConvolution: conv2d and transposed_conv2d by kernels of our own, with the cheap operators
// around them done on the way.
//
//   input  = activation(source * inputScale + inputOffset), the sources side by side as channels
//   output = (convolution(input) + bias, relu if asked for) * outputScale + outputOffset
//
// There is one implementation for each shape that pays: layers with many channels
// (winograd_convolution.h), wide kernels (winograd_rows.h), those at a network's ends with few
// (narrow_convolution.h), and any other window (direct_convolution.h). What is left is XNNPACK's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "nn/product/panel_kernel.h"

namespace divisi::nn {

struct FusedGeometry {
  bool transposed = false;
  std::array<int64_t, 2> input = {};  ///< height and width
  std::array<int64_t, 2> output = {};
  std::array<int64_t, 2> kernel = {};
  std::array<int64_t, 2> stride = {1, 1};
  std::array<int64_t, 2> dilation = {1, 1};
  std::array<int64_t, 2> before = {};   ///< zero padding, or for a transposed one the crop
  std::vector<int64_t> sourceChannels;  ///< of each input, in the order of the kernel's channels
  int64_t outputs = 0;
  int64_t groups = 1;  ///< the channels' and outputs' parts that know nothing of each other

  [[nodiscard]] int64_t channels() const;
};

/// Per-channel factors and terms; empty: 1 and 0.
struct ChannelAffine {
  std::vector<float> scale = {};
  std::vector<float> offset = {};
  [[nodiscard]] bool empty() const { return scale.empty(); }
};

struct FusedOperators {
  ChannelAffine input = {};
  /// Slope below zero after `input`: 1 leaves values as they are, 0 is relu.
  float inputSlope = 1;
  bool relu = false;  ///< after the bias
  ChannelAffine output = {};
};

/// A kernel [outputs][height][width][channels / groups] and its bias, borrowed. Which of its forms
/// is used depends on the kind of convolution.
struct ConvolutionWeights {
  KernelSource source = {};  ///< by kDirect; the others use:
  std::span<const float> floats = {};
  std::span<const int8_t> bytes = {};  ///< used if `floats` is empty
  std::span<const float> scales = {};  ///< of `bytes`, one an output
  std::span<const float> bias = {};
};

/// Scratch memory beyond which a layer is left to XNNPACK, in floats: files that nobody has checked
/// may ask for any shape.
inline constexpr int64_t kMostScratch = int64_t{1} << 24;

enum class ConvolutionKind { kNone, kWinograd, kWinogradRows, kNarrowBoth, kNarrowOutput, kDirect };

class FusedConvolution {
 public:
  /// The implementation for that shape, or kNone.
  [[nodiscard]] static ConvolutionKind kindFor(const FusedGeometry& geometry);
  [[nodiscard]] static bool suits(const FusedGeometry& geometry) {
    return kindFor(geometry) != ConvolutionKind::kNone;
  }

  /// Precondition: suits(geometry). The weights are not needed afterwards. Null when memory ran
  /// out.
  static std::unique_ptr<FusedConvolution> create(const FusedGeometry& geometry,
                                                  const ConvolutionWeights& weights,
                                                  const FusedOperators& operators);
  virtual ~FusedConvolution() = default;

  /// Floats of scratch memory that run() needs, 64-byte aligned.
  [[nodiscard]] virtual size_t scratchElements() const = 0;

  /// @param sources one [height][width][channels] for each input
  /// @param output [height][width][outputs]
  virtual void run(std::span<const float* const> sources, float* output, float* scratch) const = 0;
};

}  // namespace divisi::nn
