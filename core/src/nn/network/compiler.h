// Plan: the nodes that the wanted outputs need, with neighbours merged where one operator of
// XNNPACK does the work of both.
#pragma once

#include <span>
#include <vector>

#include "nn/graph/graph.h"

namespace divisi::nn {

/// @param wanted indices into graph.outputs.
/// @return copies of the needed nodes in running order: a relu is moved into the operator before
/// it, and zero padding into the convolution behind it, where nobody else reads the value between.
[[nodiscard]] std::vector<Node> planNodes(const Graph& graph, std::span<const size_t> wanted);

}  // namespace divisi::nn
