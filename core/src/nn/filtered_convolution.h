// FilteredConvolution: conv2d and transposed_conv2d by minimal filtering (axis_filter.h), with the
// cheap operators around them done on the way.
//
//   input  = activation(source * inputScale + inputOffset), the sources side by side as channels
//   output = relu?(convolution(input) + bias) * outputScale + outputOffset
//
// Work goes by blocks of tiles. For each: the input's transform, one small matrix product for each
// pair of points (tiles x channels times channels x outputs), the result's transform. Everything in
// between stays in scratch memory of the size of a cache.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "nn/axis_filter.h"
#include "nn/filter_kernel.h"

namespace divisi::nn {

/// Per-channel factors and terms; empty: 1 and 0.
struct ChannelAffine {
  std::vector<float> scale;
  std::vector<float> offset;
  [[nodiscard]] bool empty() const { return scale.empty(); }
};

struct FilteredGeometry {
  bool transposed = false;
  std::array<int64_t, 2> input = {};  ///< height and width
  std::array<int64_t, 2> output = {};
  std::array<int64_t, 2> kernel = {};
  std::array<int64_t, 2> stride = {1, 1};
  std::array<int64_t, 2> before = {};   ///< zero padding, or for a transposed one the crop
  std::vector<int64_t> sourceChannels;  ///< of each input, in the order of the kernel's channels
  int64_t outputs = 0;

  [[nodiscard]] int64_t channels() const;
};

class FilteredConvolution {
 public:
  /// Whether this way is possible and faster than a plain convolution.
  [[nodiscard]] static bool suits(const FilteredGeometry& geometry);

  struct Fused {
    ChannelAffine input;
    /// Slope below zero after `input`: 1 leaves values as they are, 0 is relu.
    float inputSlope = 1;
    bool relu = false;  ///< after the bias
    ChannelAffine output;
  };

  /// Precondition: suits(geometry). Null when memory ran out.
  /// @param kernel [outputs][height][width][channels], not needed afterwards; likewise the bias.
  static std::unique_ptr<FilteredConvolution> create(const FilteredGeometry& geometry,
                                                     const KernelValues& kernel,
                                                     std::span<const float> bias, Fused fused);

  /// Floats of scratch memory that run() needs, 16-byte aligned.
  [[nodiscard]] size_t scratchElements() const;

  /// @param sources one [height][width][channels] for each input
  /// @param output [height][width][outputs]
  void run(std::span<const float* const> sources, float* output, float* scratch) const;

 private:
  struct Block;
  struct Scratch;

  FilteredConvolution() = default;
  [[nodiscard]] Scratch layOut(float* memory) const;
  void gatherRow(std::span<const float* const> sources, int64_t row, int64_t firstColumn,
                 int64_t columns, float* target) const;
  void transformInput(std::span<const float* const> sources, const Block& block,
                      const Scratch& scratch) const;
  void multiply(const Block& block, size_t firstOutput, const Scratch& scratch) const;
  void transformResult(const Block& block, size_t firstOutput, const Scratch& scratch,
                       float* output) const;
  void finish(float* pixels, size_t count, size_t firstOutput) const;

  FilteredGeometry geometry_;
  Fused fused_;
  std::vector<float> bias_;
  AxisFilter vertical_;
  AxisFilter horizontal_;
  size_t channels_ = 0;
  size_t outputs_ = 0;
  std::array<int64_t, 2> tiles_ = {};       // rows and columns of tiles
  std::array<int64_t, 2> blockTiles_ = {};  // of a block, at most
  size_t groupOutputs_ = 0;                 // outputs whose products are in scratch at once
  FilterKernel kernel_;
};

}  // namespace divisi::nn
