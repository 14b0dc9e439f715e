// Builder: an XNNPACK subgraph under construction.
//
// Emitters (emission.h) turn nodes of a graph into nodes of the subgraph with it. Its
// tensors carry the dimensions that XNNPACK sees, which need not be those of the value in the
// graph: an emitter asks for the layout that it wants with as(), and a reshape is added only where
// the layout differs.
#pragma once

#include <xnnpack.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/float_buffer.h"
#include "divisi/status.h"
#include "nn/graph/graph.h"
#include "nn/graph/shape.h"

namespace divisi::nn {

/// An operand in the subgraph.
struct Tensor {
  uint32_t id = XNN_INVALID_VALUE_ID;
  Shape dims;
};

/// The dimensions in which a value of that shape is handed around: spatial tensors get the batch
/// axis that XNNPACK's spatial operators ask for.
[[nodiscard]] Shape canonical(const Shape& shape);

/// Sticky errors: after the first failure everything is a no-op, and status() says what failed.
class Builder {
 public:
  /// @param externalCount inputs and outputs; their ids are 0 to externalCount - 1.
  Builder(std::span<const std::byte> file, uint32_t externalCount);

  [[nodiscard]] const Status& status() const { return status_; }
  [[nodiscard]] xnn_subgraph_t subgraph() const { return subgraph_.get(); }

  /// Names the node that is being emitted, in messages, and where its result goes.
  void begin(std::string where, const uint32_t* externalResult);

  Tensor input(uint32_t externalId, const Shape& dims);

  /// A new tensor between two operators of XNNPACK.
  Tensor intermediate(const Shape& dims);

  /// The tensor that the node's last operator writes: the network's output itself if it is one.
  Tensor result(const Shape& dims);

  /// Writes a copy of `tensor` to the output with that id.
  void copyToOutput(const Tensor& tensor, uint32_t externalId);

  /// The same elements with other dimensions.
  Tensor as(const Tensor& tensor, const Shape& dims);

  /// The weight's elements as float32. Empty after an error.
  FloatBuffer weight(const Weight& weight);

  /// A buffer for rearranged weights. Empty after an error.
  FloatBuffer scratch(size_t elementCount);

  /// A constant operand. The data is kept until the builder goes.
  uint32_t constant(const Shape& dims, FloatBuffer data);

  /// Records the outcome of an xnn_define_* call.
  void check(xnn_status status);

 private:
  uint32_t define(const Shape& dims, const void* data, uint32_t externalId, uint32_t flags);

  struct Delete {
    void operator()(xnn_subgraph_t subgraph) const { xnn_delete_subgraph(subgraph); }
  };

  std::span<const std::byte> file_;
  std::unique_ptr<xnn_subgraph, Delete> subgraph_;
  Status status_;
  std::string where_ = "the network";
  const uint32_t* externalResult_ = nullptr;
  std::vector<FloatBuffer> constants_;
  std::map<std::pair<uint32_t, Shape>, uint32_t> reshaped_;
};

/// The Status for what an XNNPACK call returned.
[[nodiscard]] Status statusOf(xnn_status status, const std::string& where);

}  // namespace divisi::nn
