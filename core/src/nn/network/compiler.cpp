#include "nn/network/plan.h"

#include <algorithm>

#include "nn/operators/operators.h"

namespace divisi::nn {
namespace {

bool takesActivation(Operator op) {
  return op == Operator::kConv2d || op == Operator::kTransposedConv2d || op == Operator::kAffine ||
         op == Operator::kDense;
}

}  // namespace

std::vector<Node> planNodes(const Graph& graph, std::span<const size_t> wanted) {
  // Readers of each value, an output counting as one.
  std::vector<size_t> readers(graph.valueNames.size());
  for (const size_t output : wanted) ++readers[graph.outputs[output].value];
  std::vector<Node> nodes;
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    if (readers[node->output] == 0) continue;
    for (const ValueIndex input : node->inputs) ++readers[input];
    nodes.push_back(*node);
  }
  std::reverse(nodes.begin(), nodes.end());

  constexpr size_t kNobody = SIZE_MAX;
  std::vector<size_t> writers(graph.valueNames.size(), kNobody);
  std::vector<bool> merged(nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) {
    Node& node = nodes[i];
    writers[node.output] = i;
    const size_t writer = writers[node.inputs[0]];
    if (writer == kNobody || readers[node.inputs[0]] != 1) continue;
    Node& before = nodes[writer];
    if (node.spec->op == Operator::kRelu && takesActivation(before.spec->op)) {
      before.attributes.activation = Activation::kRelu;
      before.output = node.output;
      writers[node.output] = writer;
      merged[i] = true;
    } else if (node.spec->op == Operator::kConv2d && before.spec->op == Operator::kPad) {
      for (size_t side = 0; side < 4; ++side) {
        node.attributes.padding[side] += before.attributes.padding[side];
      }
      node.inputs = before.inputs;
      merged[writer] = true;
    }
  }
  std::vector<Node> result;
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (!merged[i]) result.push_back(std::move(nodes[i]));
  }
  return result;
}

}  // namespace divisi::nn
