// The reader of a model file's `divisi.graph`.
#pragma once

#include <string>

#include "divisi/status.h"
#include "nn/graph/graph.h"
#include "nn/graph/safetensors.h"

namespace divisi::nn {

/// @param file has the tensors that weights name; the graph points into it.
/// @return kBadModel or kUnsupported, naming the node's index, operator and output.
Result<Graph> readGraph(const std::string& json, const Safetensors& file);

}  // namespace divisi::nn
