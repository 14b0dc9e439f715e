// Graph: the network of a model file as data: checked references, operators in running order.
//
// parse() proves everything that doesn't depend on the size of the input; inferShapes() the rest.
// The compiler may then take every reference, weight shape and attribute for granted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "divisi/status.h"
#include "nn/graph/safetensors.h"
#include "nn/graph/shape.h"

namespace divisi::nn {

struct OperatorSpec;

/// Index into Graph::valueNames.
using ValueIndex = size_t;

enum class Activation { kNone, kRelu };

/// The attributes of all operators; each uses those that FORMAT.md lists for it.
struct Attributes {
  std::array<int64_t, 2> stride = {1, 1};    ///< [vertical, horizontal]
  std::array<int64_t, 2> dilation = {1, 1};  ///< likewise
  std::array<int64_t, 2> size = {1, 1};      ///< likewise
  std::array<int64_t, 4> padding = {};       ///< [top, bottom, left, right]; a crop where it crops
  Activation activation = Activation::kNone;
  float factor = 0;           ///< the slope of leaky_relu, the alpha of elu
  int64_t axis = -1;          ///< as in the file: negative counts from the end
  std::vector<int64_t> dims;  ///< the shape of reshape, the permutation of transpose
};

/// A tensor of the file as an operator's weight. The pointer stays valid while the ModelFile lives.
struct Weight {
  std::string name;
  const TensorInfo* tensor = nullptr;
  /// For a tensor of dtype I8, and for no other: F32, one number for each index of its first axis.
  const TensorInfo* scale = nullptr;
};

struct Node {
  const OperatorSpec* spec = nullptr;
  size_t index = 0;  ///< its place in the file's list
  std::vector<ValueIndex> inputs;
  ValueIndex output = 0;
  std::vector<Weight> weights;  ///< in the order of spec->weights
  Attributes attributes;
};

struct GraphInput {
  ValueIndex value = 0;
  Shape shape;
};

struct GraphOutput {
  std::string name;
  ValueIndex value = 0;
};

struct Graph {
  std::vector<std::string> valueNames;
  std::vector<GraphInput> inputs;
  std::vector<GraphOutput> outputs;
  std::vector<Node> nodes;  ///< in an order in which they can run

  /// @return kBadModel or kUnsupported, naming the node's index, operator and output.
  static Result<Graph> parse(const std::string& json, const Safetensors& file);

  /// The shape of every value, given the shapes of the inputs.
  /// @return kBadModel naming the node whose input doesn't fit.
  [[nodiscard]] Result<std::vector<Shape>> inferShapes(std::span<const Shape> inputShapes) const;

  /// "node 3 (conv2d, output 'vocals/conv1')", for messages.
  [[nodiscard]] std::string describe(const Node& node) const;

  /// The input shapes that the file gives.
  [[nodiscard]] std::vector<Shape> ownInputShapes() const;
};

}  // namespace divisi::nn
