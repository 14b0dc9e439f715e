// The compiler: from a model's graph to steps and the places of the values between them.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "divisi/status.h"
#include "nn/graph/step.h"
#include "nn/model/model_file.h"
#include "nn/network/network.h"

struct xnn_workspace;

namespace divisi::nn {

/// Where a value that the network keeps between two steps lies, in floats of the arena.
struct Placed {
  ValueIndex value = 0;
  size_t offset = 0;
};

struct CompiledSteps {
  std::vector<Port> inputs;
  std::vector<Port> outputs;
  std::vector<ValueIndex> inputValues;
  std::vector<ValueIndex> outputValues;
  size_t valueCount = 0;
  std::vector<std::unique_ptr<Step>> steps;
  std::vector<Placed> between;         ///< with NetworkOptions::placesPorts, inputs and outputs too
  std::vector<size_t> scratchOffsets;  ///< of each step
  size_t arenaElements = 0;            ///< floats for `between` and scratch memory
};

/// @param options its workspace isn't used here.
/// @param workspace must outlive the steps.
/// @return as Network::compile().
Result<CompiledSteps> compileSteps(const ModelFile& file, const NetworkOptions& options,
                                   xnn_workspace* workspace);

}  // namespace divisi::nn
