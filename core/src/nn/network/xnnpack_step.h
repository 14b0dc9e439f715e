// Nodes that XNNPACK runs, as a step of a network.
#pragma once

#include <memory>
#include <span>

#include "divisi/status.h"
#include "nn/graph/graph.h"
#include "nn/graph/step.h"

struct xnn_workspace;

namespace divisi::nn {

struct XnnpackRequest {
  const Graph& graph;
  std::span<const std::byte> file;
  std::span<const Shape> shapes;    ///< of all values
  std::span<const Node> nodes;      ///< in running order, each with an emit()
  std::vector<ValueIndex> inputs;   ///< what they read from elsewhere
  std::vector<ValueIndex> outputs;  ///< what others read of them
};

/// @param workspace must outlive the step.
/// @return kBadModel (a weight), kUnsupported, kOutOfMemory.
Result<std::unique_ptr<Step>> makeXnnpackStep(XnnpackRequest request, xnn_workspace* workspace);

}  // namespace divisi::nn
