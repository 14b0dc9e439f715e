// Operator: what the core knows about one operator of the model format: a row of its family's file.
//
// Each family (activation.cpp, convolution.cpp, ...) has its operators' attributes, shape rules and
// the ways they run; operator_table.h finds a row by name.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fields.h"
#include "divisi/status.h"
#include "nn/graph/graph.h"
#include "nn/graph/step.h"
#include "nn/xnnpack/emission.h"

namespace divisi::nn {

/// What an operator is to its neighbours: whoever merges nodes asks for this.
enum class Role {
  kOther,
  kConvolution,            ///< conv2d
  kTransposedConvolution,  ///< transposed_conv2d
  kAffine,                 ///< weights scale and offset of each channel
  kActivation,             ///< x above zero, attributes.factor times x elsewhere
  kPadding,                ///< attributes.padding zeros around an image
  kJoin,                   ///< inputs side by side along attributes.axis
};

/// What a shape rule and a step get to know about their node.
struct NodeShapes {
  const Node& node;
  std::span<const Shape* const> inputs;
  std::string where;  ///< names the node in messages
};

struct StepRequest {
  const Node& node;
  std::span<const std::byte> file;  ///< holds the weights
  std::span<const Shape> shapes;    ///< of all values
  std::string where;                ///< names the node in messages
};

struct Operator {
  std::string_view name;
  size_t minInputs = 1;
  size_t maxInputs = 1;
  std::vector<std::string_view> weights = {};  ///< names, all required
  /// Fills `node.attributes` from the file's members; one that it doesn't ask for is refused. Null
  /// where there are none.
  void (*read)(JsonFields& fields, Node& node) = nullptr;
  /// Checks the shapes of inputs and weights. @return the result's, which is within kMaxElements.
  Result<Shape> (*shape)(const NodeShapes& shapes) = nullptr;
  /// How it runs: as operators of XNNPACK, or as a step of its own.
  Tensor (*emit)(Builder& builder, const Emission& emission) = nullptr;
  Result<std::unique_ptr<Step>> (*makeStep)(const StepRequest& request) = nullptr;
  /// Which of the two, where it has both.
  bool (*emits)(const Node& node) = nullptr;
  Role role = Role::kOther;
  bool takesRelu = false;  ///< runs with attributes.activation
};

/// Whether the node runs as operators of XNNPACK.
[[nodiscard]] inline bool emits(const Node& node) {
  return node.op->emits != nullptr ? node.op->emits(node) : node.op->emit != nullptr;
}

/// "node 3 (conv2d, output 'vocals/conv1')", for messages.
[[nodiscard]] std::string describe(const Graph& graph, const Node& node);

/// The shape of every value, given the shapes of the graph's inputs.
/// @return kBadModel naming the node whose input doesn't fit.
[[nodiscard]] Result<std::vector<Shape>> inferShapes(const Graph& graph,
                                                     std::span<const Shape> inputShapes);

}  // namespace divisi::nn
