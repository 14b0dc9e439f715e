// Emission: what an operator that XNNPACK runs needs to add itself to a subgraph.
#pragma once

#include <span>
#include <vector>

#include "nn/graph/graph.h"
#include "nn/xnnpack/builder.h"

namespace divisi::nn {

/// What an emitter gets to know about its node. It adds the node's work to the subgraph and gives
/// the tensor with the result, in any dimensions; failures are in the builder's status().
struct Emission {
  const Node& node;
  std::span<const Tensor> inputs;
  std::span<const Shape* const> inputShapes;  ///< in the graph; a tensor's dims may differ
  const Shape& outputShape;
};

/// The place of attributes.axis among the canonical dimensions of the first input.
[[nodiscard]] size_t canonicalAxis(const Emission& emission);

/// Joins tensors of equal rank along an axis; any number of them.
Tensor emitJoin(Builder& builder, std::vector<Tensor> tensors, size_t axis, bool isResult);

/// The bounds that an activation sets on an operator's result.
struct OutputRange {
  float lowest;
  float highest;
};
[[nodiscard]] OutputRange outputRange(Activation activation);

}  // namespace divisi::nn
