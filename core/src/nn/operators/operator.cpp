#include "nn/operators/operator.h"

#include "base/text.h"

namespace divisi::nn {

std::string describe(const Graph& graph, const Node& node) {
  return "node " + std::to_string(node.index) + " (" + std::string(node.op->name) + ", output " +
         quote(graph.valueNames[node.output]) + ")";
}

Result<std::vector<Shape>> inferShapes(const Graph& graph, std::span<const Shape> inputShapes) {
  std::vector<Shape> shapes(graph.valueNames.size());
  for (size_t i = 0; i < graph.inputs.size(); ++i) shapes[graph.inputs[i].value] = inputShapes[i];
  std::vector<const Shape*> inputs;
  for (const Node& node : graph.nodes) {
    inputs.clear();
    for (const ValueIndex input : node.inputs) inputs.push_back(&shapes[input]);
    auto shape = node.op->shape({node, inputs, describe(graph, node)});
    if (!shape.ok()) return shape.status();
    shapes[node.output] = std::move(shape.value());
  }
  return shapes;
}

}  // namespace divisi::nn
