// Emitters: one function for each operator that adds it to an XNNPACK subgraph.
#pragma once

#include <span>

#include "nn/graph/graph.h"
#include "nn/xnnpack/builder.h"

namespace divisi::nn {

/// What an emitter gets to know about its node.
struct Emission {
  const Node& node;
  std::span<const Tensor> inputs;
  std::span<const Shape* const> inputShapes;  ///< in the graph; a tensor's dims may differ
  const Shape& outputShape;
};

/// Adds the node's work to the subgraph. Failures are in builder.status().
/// @return the tensor with the node's result, in any dimensions.
Tensor emit(Builder& builder, const Emission& emission);

// The larger emitters, in files of their own.
Tensor emitConv2d(Builder& builder, const Emission& emission);
Tensor emitTransposedConv2d(Builder& builder, const Emission& emission);
Tensor emitAffine(Builder& builder, const Emission& emission);
Tensor emitReduceMax(Builder& builder, const Emission& emission);

/// Joins tensors of equal rank along an axis; any number of them.
Tensor emitJoin(Builder& builder, std::vector<Tensor> tensors, size_t axis, bool isResult);

/// The bounds that an activation sets on an operator's result.
struct OutputRange {
  float lowest;
  float highest;
};
[[nodiscard]] OutputRange outputRange(Activation activation);

}  // namespace divisi::nn
