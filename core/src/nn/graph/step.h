// Step: one of the parts that a compiled network runs one after another.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "divisi/status.h"
#include "nn/graph/graph.h"

namespace divisi::nn {

class Step {
 public:
  virtual ~Step() = default;

  /// The values that it reads, and those that it leaves behind for others.
  [[nodiscard]] const std::vector<ValueIndex>& inputs() const { return inputs_; }
  [[nodiscard]] const std::vector<ValueIndex>& outputs() const { return outputs_; }

  /// Floats of scratch memory that run() needs.
  [[nodiscard]] virtual size_t scratchElements() const { return 0; }

  /// Floats that it keeps from one run to the next of a stream; zeros at the stream's start.
  [[nodiscard]] virtual size_t stateElements() const { return 0; }

  /// Said before each run() of a step that has any: where they lie. Null: the run is a whole
  /// stream.
  virtual void setState(float* /*state*/) {}

  /// @param values where each value of the graph lies; only those of inputs() and outputs() count.
  /// Aligned like a FloatBuffer, and with its slack behind.
  /// @param scratch aligned likewise
  [[nodiscard]] virtual Status run(std::span<float* const> values, float* scratch) = 0;

 protected:
  Step(std::vector<ValueIndex> inputs, std::vector<ValueIndex> outputs)
      : inputs_(std::move(inputs)), outputs_(std::move(outputs)) {}

 private:
  std::vector<ValueIndex> inputs_;
  std::vector<ValueIndex> outputs_;
};

}  // namespace divisi::nn
