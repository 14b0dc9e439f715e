#include "nn/network/fusion.h"

#include "nn/operators/operators.h"

namespace divisi::nn {
namespace {

constexpr size_t kNobody = SIZE_MAX;

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

  std::vector<PlanItem> fuse() {
    std::vector<std::optional<FusedNode>> convolutions(nodes_.size());
    for (size_t i = 0; i < nodes_.size(); ++i) convolutions[i] = fusedFrom(i);
    std::vector<PlanItem> items;
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
  [[nodiscard]] size_t soleWriter(ValueIndex value, Operator op) const {
    const size_t writer = writer_[value];
    if (writer == kNobody || readers_[value] != 1 || fused_[writer]) return kNobody;
    return nodes_[writer].spec->op == op ? writer : kNobody;
  }

  std::optional<FusedNode> fusedFrom(size_t index) {
    const Node& node = nodes_[index];
    const bool transposed = node.spec->op == Operator::kTransposedConv2d;
    if (!transposed && node.spec->op != Operator::kConv2d) return std::nullopt;
    const Attributes& a = node.attributes;
    const Shape& input = shapes_[node.inputs[0]];
    const Shape& output = shapes_[node.output];
    const Shape& kernel = node.weights[0].tensor->shape;
    FusedNode result;
    result.geometry = {.transposed = transposed,
                       .input = {input[0], input[1]},
                       .output = {output[0], output[1]},
                       .kernel = {kernel[1], kernel[2]},
                       .stride = a.stride,
                       .dilation = a.dilation,
                       .before = {a.padding[0], a.padding[2]},
                       .sourceChannels = {input[2]},
                       .outputs = kernel[0]};
    if (!FusedConvolution::suits(result.geometry)) return std::nullopt;
    result.convolution = node;
    takeInput(node.inputs[0], result);
    result.output = node.output;
    const size_t next = readers_[node.output] == 1 ? reader_[node.output] : kNobody;
    if (next != kNobody && nodes_[next].spec->op == Operator::kAffine &&
        nodes_[next].attributes.activation == Activation::kNone) {
      result.affineAfter = nodes_[next];
      result.output = nodes_[next].output;
      fused_[next] = true;
    }
    return result;
  }

  // Goes back from the convolution's input: relu, affine, concat, as far as they are there.
  void takeInput(ValueIndex value, FusedNode& result) {
    size_t writer = soleWriter(value, Operator::kLeakyRelu);
    if (writer == kNobody) writer = soleWriter(value, Operator::kRelu);
    if (writer != kNobody) {
      result.slopeBefore = nodes_[writer].attributes.factor;
      fused_[writer] = true;
      value = nodes_[writer].inputs[0];
    }
    writer = soleWriter(value, Operator::kAffine);
    const bool hasSlope = result.slopeBefore != 1;
    if (writer != kNobody &&
        (!hasSlope || nodes_[writer].attributes.activation == Activation::kNone)) {
      if (nodes_[writer].attributes.activation == Activation::kRelu) result.slopeBefore = 0;
      result.affineBefore = nodes_[writer];
      fused_[writer] = true;
      value = nodes_[writer].inputs[0];
    }
    result.sources = {value};
    writer = soleWriter(value, Operator::kConcat);
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

std::vector<PlanItem> fuse(std::vector<Node> nodes, std::span<const Shape> shapes,
                           std::span<const ValueIndex> kept) {
  return Fuser(std::move(nodes), shapes, kept).fuse();
}

}  // namespace divisi::nn
