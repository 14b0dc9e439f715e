// ModelFile: what divisi::Model holds: the checked header, documents and graph of a model file.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "nn/graph/graph.h"
#include "nn/graph/safetensors.h"

namespace divisi::nn {

struct ModelFile {
  std::span<const std::byte> bytes;  ///< the whole file, borrowed
  Safetensors container;
  std::string taskJson;
  std::string cardJson;
  Graph graph;  ///< its weights point into `container`
};

}  // namespace divisi::nn
