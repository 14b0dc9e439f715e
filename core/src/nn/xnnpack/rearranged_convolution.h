// Rearranged convolutions: the same numbers computed by convolutions of shapes that XNNPACK runs
// well. Pure arithmetic on shapes and kernels; operators/convolution.cpp adds the operators.
//
// XNNPACK's convolution fills vectors with neighbouring output channels and pays a fixed cost for
// each kernel tap, so a layer with one or two channels wastes most of the machine.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/integers.h"

namespace divisi::nn {

/// Both axes of a convolution: [0] vertical, [1] horizontal.
using Pair = std::array<int64_t, 2>;

/// A convolution as XNNPACK takes it. Layouts: input [1, H, W, C], kernel [O, KH, KW, C].
struct ConvolutionGeometry {
  Pair input = {};  ///< height and width
  int64_t channels = 0;
  int64_t outputs = 0;
  Pair kernel = {};
  Pair stride = {1, 1};
  Pair dilation = {1, 1};
  Pair before = {};  ///< zero padding above and to the left
  Pair after = {};   ///< below and to the right

  [[nodiscard]] Pair outputSize() const;
  [[nodiscard]] size_t kernelElements() const;
};

/// `columns` neighbouring output columns computed as channels of one: the input is read as if
/// `columns * stride` of its columns were channels of one, which needs no move of the data.
struct ColumnBlocks {
  int64_t columns = 1;
  ConvolutionGeometry blocked;
};

/// The best such blocking of a convolution, or nothing when the plain one is about as good.
[[nodiscard]] std::optional<ColumnBlocks> chooseColumnBlocks(const ConvolutionGeometry& plain);

/// Fills the blocked convolution's kernel and bias. `blockedKernel` must be zeros.
void blockColumns(const ConvolutionGeometry& plain, const ColumnBlocks& blocks,
                  std::span<const float> kernel, std::span<const float> bias,
                  std::span<float> blockedKernel, std::span<float> blockedBias);

/// A transposed convolution: input [1, H, W, C], kernel [O, KH, KW, C], the full result
/// [(H-1)*stride + KH, ...] cropped.
struct TransposedGeometry {
  Pair input = {};
  int64_t channels = 0;
  int64_t outputs = 0;
  Pair kernel = {};
  Pair stride = {1, 1};
  Pair cropBefore = {};
  Pair output = {};  ///< after cropping
};

/// The output pixels at the same place modulo the stride are one phase. Each phase is an ordinary
/// convolution with every stride-th tap; interleaving the phases gives the result.
struct PhasePlan {
  /// What the phases compute: the geometry asked for, or the same without the crop.
  TransposedGeometry geometry;
  /// Where the result asked for begins in theirs.
  Pair skip = {};
  /// Phases that share a convolution: 1, all columns of a row of phases, or all.
  Pair together = {1, 1};
  /// Height and width of each phase: the output divided by the stride, rounded up.
  Pair phase = {};
  /// For each group of phases, row by row: its convolution. Channels are ordered by phase row,
  /// phase column, output.
  std::vector<ConvolutionGeometry> groups;
};

/// How to split. Possible for every geometry with a non-empty output.
[[nodiscard]] PhasePlan planPhases(const TransposedGeometry& geometry);

/// Fills kernel and bias of group `index`. `groupKernel` must be zeros.
void fillPhaseGroup(const PhasePlan& plan, size_t index, std::span<const float> kernel,
                    std::span<const float> bias, std::span<float> groupKernel,
                    std::span<float> groupBias);

}  // namespace divisi::nn
