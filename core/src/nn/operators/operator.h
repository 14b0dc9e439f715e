// The operators of the model format: one table entry each, with attributes, weights and shapes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fields.h"
#include "divisi/status.h"
#include "nn/graph/graph.h"

namespace divisi::nn {

enum class Operator {
  kConv2d,
  kTransposedConv2d,
  kAffine,
  kRelu,
  kSigmoid,
  kLeakyRelu,
  kElu,
  kAdd,
  kMultiply,
  kConcat,
  kPad,
  kMaxPool,
  kReduceMax,
  kReduceMean,
  kDense,
  kReshape,
  kTranspose,
};

struct OperatorSpec {
  Operator op;
  std::string_view name;
  size_t minInputs;
  size_t maxInputs;
  std::vector<std::string_view> weights;     ///< names, all required
  std::vector<std::string_view> attributes;  ///< names, required ones checked by readAttributes
  /// Fills `node.attributes` from the file's object, whose keys are known to be in `attributes`.
  void (*readAttributes)(JsonFields& fields, Node& node);
  /// Checks the inputs' and weights' shapes. `where` names the node.
  Result<Shape> (*inferShape)(const Node& node, std::span<const Shape* const> inputs,
                              const std::string& where);
};

/// The table entry of that name, or null.
[[nodiscard]] const OperatorSpec* findOperator(std::string_view name);

/// Axis `axis` of a tensor of that rank, counted from the front. Precondition: inferShape accepted
/// it.
[[nodiscard]] inline size_t resolveAxis(int64_t axis, size_t rank) {
  return static_cast<size_t>(axis < 0 ? axis + static_cast<int64_t>(rank) : axis);
}

}  // namespace divisi::nn
