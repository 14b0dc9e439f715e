// Graph: the network of a model file as data: checked references, operators in running order.
//
// readGraph() (nn/model/graph_reader.h) proves everything that doesn't depend on the size of the
// input; inferShapes() (nn/operators/operator.h) the rest. The compiler may then take every
// reference, weight shape and attribute for granted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nn/graph/safetensors.h"
#include "nn/graph/shape.h"

namespace divisi::nn {

struct Operator;

/// Index into Graph::valueNames.
using ValueIndex = size_t;

enum class Activation { kNone, kRelu };
enum class PadMode { kZeros, kReflect, kReplicate };
/// Where the elements of a resized axis lie on the axis before.
enum class Alignment { kHalfPixel, kCorners, kAsymmetric };

/// As in numpy: what is left out is an end of the axis.
struct Slice {
  std::optional<int64_t> start;
  std::optional<int64_t> end;
  int64_t step = 1;
};

enum class Direction { kForward, kBackward, kBoth };

struct Recurrence {
  Direction direction = Direction::kForward;
  bool carriesState = false;  ///< from one run to the next of a stream
  bool resetAfter = true;     ///< gru: the reset gate acts behind the recurrent product
  bool hasHardGates = false;  ///< gru: hard_sigmoid instead of sigmoid
};

/// The attributes of all operators; each uses those that FORMAT.md lists for it.
struct Attributes {
  std::array<int64_t, 2> stride = {1, 1};    ///< [vertical, horizontal]
  std::array<int64_t, 2> dilation = {1, 1};  ///< likewise
  std::array<int64_t, 2> size = {1, 1};      ///< likewise
  std::array<int64_t, 4> padding = {};       ///< [top, bottom, left, right]; a crop where it crops
  Activation activation = Activation::kNone;
  float factor = 0;   ///< below zero: the slope of leaky_relu, 0 for relu; the alpha of elu;
                      ///< the epsilon of layer_norm and group_norm
  int64_t axis = -1;  ///< as in the file: negative counts from the end
  std::vector<int64_t> dims;   ///< the shape of reshape, the permutation of transpose, the axes of
                               ///< a reduction, the indices of gather
  int64_t groups = 1;          ///< of a convolution's or group_norm's channels
  bool isTransposed = false;   ///< the second factor of matmul
  int64_t heads = 1;           ///< of attention
  Recurrence recurrence = {};  ///< of lstm and gru
  std::array<float, 2> parameters = {};  ///< of clip: from, to; of hard_sigmoid: slope, offset; of
                                         ///< gelu: 1 for the form by tanh
  PadMode padMode = PadMode::kZeros;
  Slice slice;
  std::array<double, 2> factors = {};  ///< of resize, 0 where `size` says it; as stride
  bool isLinear = false;               ///< resize
  Alignment alignment = Alignment::kHalfPixel;
};

/// A tensor of the file as an operator's weight. The pointer stays valid while the ModelFile lives.
struct Weight {
  std::string name;
  const TensorInfo* tensor = nullptr;
  /// For a tensor of dtype I8, and for no other: F32, one number for each index of its first axis.
  const TensorInfo* scale = nullptr;
};

struct Node {
  const Operator* op = nullptr;
  size_t index = 0;  ///< its place in the file's list
  std::vector<ValueIndex> inputs;
  ValueIndex output = 0;
  std::vector<Weight> weights;  ///< in the order of op->weights
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

  /// The input shapes that the file gives.
  [[nodiscard]] std::vector<Shape> ownInputShapes() const {
    std::vector<Shape> shapes;
    for (const GraphInput& input : inputs) shapes.push_back(input.shape);
    return shapes;
  }
};

}  // namespace divisi::nn
