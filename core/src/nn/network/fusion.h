// Fusion: which nodes of a plan become fused convolutions, and which of their neighbours they
// take in.
#pragma once

#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "nn/convolution/fused_convolution.h"
#include "nn/graph/graph.h"

namespace divisi::nn {

/// A conv2d or transposed_conv2d that FusedConvolution suits, with what is done on the way.
struct FusedNode {
  Node convolution;
  FusedGeometry geometry;
  std::vector<ValueIndex> sources;  ///< joined along the channels
  std::optional<Node> affineBefore;
  float slopeBefore = 1;  ///< of a leaky_relu or relu after it; 1: none
  std::optional<Node> affineAfter;
  ValueIndex output = 0;
};

using PlanItem = std::variant<Node, FusedNode>;

/// @param nodes of planNodes().
/// @param shapes of all values.
/// @param kept values that must exist at the end, whoever else reads them.
/// @return what to run, in running order. A value between fused nodes does not exist any more.
[[nodiscard]] std::vector<PlanItem> fuse(std::vector<Node> nodes, std::span<const Shape> shapes,
                                         std::span<const ValueIndex> kept);

}  // namespace divisi::nn
