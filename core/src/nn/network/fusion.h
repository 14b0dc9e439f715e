// Fusion: the nodes that the wanted outputs need, merged with their neighbours where one operator
// does the work of several.
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

/// What a compiled network runs: a node by itself, or a fused convolution.
using Item = std::variant<Node, FusedNode>;

/// @param wanted indices into graph.outputs.
/// @return copies of the needed nodes in running order: a relu is moved into the operator before
/// it, and zero padding into the convolution behind it, where nobody else reads the value between.
[[nodiscard]] std::vector<Node> mergeNodes(const Graph& graph, std::span<const size_t> wanted);

/// Makes fused convolutions of what FusedConvolution suits.
/// @param nodes of mergeNodes().
/// @param shapes of all values.
/// @param kept values that must exist at the end, whoever else reads them.
/// @return what to run, in running order. A value between fused nodes does not exist any more.
[[nodiscard]] std::vector<Item> fuse(std::vector<Node> nodes, std::span<const Shape> shapes,
                                     std::span<const ValueIndex> kept);

}  // namespace divisi::nn
