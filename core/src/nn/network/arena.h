// Arena: where in one block of memory the tensors between steps lie. Tensors that are never needed
// at the same time share their place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace divisi::nn {

struct ArenaRequest {
  size_t elements = 0;
  size_t firstStep = 0;  ///< the step that writes it
  size_t lastStep = 0;   ///< the last one that reads it
};

struct ArenaPlan {
  std::vector<uint64_t> offsets;  ///< of each request, in floats, 64-byte aligned
  uint64_t elements = 0;          ///< of the whole, with XNNPACK's slack behind each tensor
};

/// Greedy by size: the largest first, each at the lowest place that is free while it is needed.
[[nodiscard]] ArenaPlan planArena(std::span<const ArenaRequest> requests);

}  // namespace divisi::nn
