#include "nn/network/fusion.h"

#include <algorithm>

#include "nn/operators/convolution_geometry.h"

namespace divisi::nn {
namespace {

constexpr size_t kNobody = SIZE_MAX;

bool isRelu(const Node& node) {
  return node.op->role == Role::kActivation && node.attributes.factor == 0;
}

class Fuser {
 public:
  Fuser(std::vector<Node> nodes, std::span<const Shape> shapes, std::span<const ValueIndex> kept)
      : nodes_(std::move(nodes)),
        shapes_(shapes),
        readers_(shapes.size()),
        reader_(shapes.size(), kNobody),
        writer_(shapes.size(), kNobody),
        fused_(nodes_.size()) {
    for (const ValueIndex value : kept) ++readers_[value];
    for (size_t i = 0; i < nodes_.size(); ++i) {
      writer_[nodes_[i].output] = i;
      for (const ValueIndex input : nodes_[i].inputs) {
        ++readers_[input];
        reader_[input] = i;
      }
    }
  }

  std::vector<Item> fuse() {
    std::vector<std::optional<FusedNode>> convolutions(nodes_.size());
    for (size_t i = 0; i < nodes_.size(); ++i) convolutions[i] = fusedFrom(i);
    std::vector<Item> items;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (fused_[i]) continue;
      if (convolutions[i]) {
        items.emplace_back(std::move(*convolutions[i]));
      } else {
        items.emplace_back(std::move(nodes_[i]));
      }
    }
    return items;
  }

 private:
  // The node that writes the value, if the value is there for one reader only and that node is of
  // the kind asked for and not part of another convolution.
  [[nodiscard]] size_t soleWriter(ValueIndex value, Role role) const {
    const size_t writer = writer_[value];
    if (writer == kNobody || readers_[value] != 1 || fused_[writer]) return kNobody;
    return nodes_[writer].op->role == role ? writer : kNobody;
  }

  std::optional<FusedNode> fusedFrom(size_t index) {
    const Node& node = nodes_[index];
    if (node.op->role != Role::kConvolution && node.op->role != Role::kTransposedConvolution) {
      return std::nullopt;
    }
    FusedNode result;
    result.geometry = geometryOf(node, shapes_[node.inputs[0]], shapes_[node.output]);
    if (!FusedConvolution::suits(result.geometry)) return std::nullopt;
    result.convolution = node;
    takeInput(node.inputs[0], result);
    result.output = node.output;
    const size_t next = readers_[node.output] == 1 ? reader_[node.output] : kNobody;
    if (next != kNobody && nodes_[next].op->role == Role::kAffine &&
        nodes_[next].attributes.activation == Activation::kNone) {
      result.affineAfter = nodes_[next];
      result.output = nodes_[next].output;
      fused_[next] = true;
    }
    return result;
  }

  // Goes back from the convolution's input: relu, affine, concat, as far as they are there.
  void takeInput(ValueIndex value, FusedNode& result) {
    size_t writer = soleWriter(value, Role::kActivation);
    if (writer != kNobody) {
      result.slopeBefore = nodes_[writer].attributes.factor;
      fused_[writer] = true;
      value = nodes_[writer].inputs[0];
    }
    writer = soleWriter(value, Role::kAffine);
    const bool hasSlope = result.slopeBefore != 1;
    if (writer != kNobody &&
        (!hasSlope || nodes_[writer].attributes.activation == Activation::kNone)) {
      if (nodes_[writer].attributes.activation == Activation::kRelu) result.slopeBefore = 0;
      result.affineBefore = nodes_[writer];
      fused_[writer] = true;
      value = nodes_[writer].inputs[0];
    }
    result.sources = {value};
    writer = soleWriter(value, Role::kJoin);
    if (writer == kNobody) return;
    const Node& concat = nodes_[writer];
    const size_t rank = shapes_[value].size();
    if (resolveAxis(concat.attributes.axis, rank) + 1 != rank) return;
    FusedGeometry joined = result.geometry;
    joined.sourceChannels.clear();
    for (const ValueIndex input : concat.inputs) {
      joined.sourceChannels.push_back(shapes_[input].back());
    }
    if (!FusedConvolution::suits(joined)) return;
    result.geometry = std::move(joined);
    result.sources = concat.inputs;
    fused_[writer] = true;
  }

  std::vector<Node> nodes_;
  std::span<const Shape> shapes_;
  std::vector<size_t> readers_;  // of each value; being kept counts as one
  std::vector<size_t> reader_;   // the last node that reads it
  std::vector<size_t> writer_;
  std::vector<bool> fused_;  // nodes that have become part of a convolution
};

}  // namespace

std::vector<Node> mergeNodes(const Graph& graph, std::span<const size_t> wanted) {
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

  std::vector<size_t> writers(graph.valueNames.size(), kNobody);
  std::vector<bool> merged(nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) {
    Node& node = nodes[i];
    writers[node.output] = i;
    if (node.inputs.empty()) continue;
    const size_t writer = writers[node.inputs[0]];
    if (writer == kNobody || readers[node.inputs[0]] != 1) continue;
    Node& before = nodes[writer];
    if (isRelu(node) && before.op->takesRelu) {
      before.attributes.activation = Activation::kRelu;
      before.output = node.output;
      writers[node.output] = writer;
      merged[i] = true;
    } else if (node.op->role == Role::kConvolution && before.op->role == Role::kPadding &&
               before.attributes.padMode == PadMode::kZeros) {
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

std::vector<Item> fuse(std::vector<Node> nodes, std::span<const Shape> shapes,
                       std::span<const ValueIndex> kept) {
  return Fuser(std::move(nodes), shapes, kept).fuse();
}

}  // namespace divisi::nn
