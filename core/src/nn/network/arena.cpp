#include "nn/network/arena.h"

#include <xnnpack.h>

#include <algorithm>

#include "base/order.h"

namespace divisi::nn {
namespace {

// With what XNNPACK's vectors read beyond the end, in steps of a cache line.
uint64_t withSlack(size_t elements) {
  constexpr uint64_t kLine = 64 / sizeof(float);
  return (elements + XNN_EXTRA_BYTES / sizeof(float) + kLine - 1) / kLine * kLine;
}

}  // namespace

ArenaPlan planArena(std::span<const ArenaRequest> requests) {
  std::vector<uint64_t> keys;
  for (const ArenaRequest& request : requests) keys.push_back(UINT64_MAX - request.elements);
  ArenaPlan plan;
  plan.offsets.resize(requests.size());
  std::vector<size_t> placed;  // ordered by offset
  for (const size_t index : risingOrder(keys)) {
    const ArenaRequest& request = requests[index];
    const uint64_t needed = withSlack(request.elements);
    uint64_t offset = 0;
    for (const size_t other : placed) {
      const ArenaRequest& taken = requests[other];
      if (taken.lastStep < request.firstStep || taken.firstStep > request.lastStep) continue;
      if (offset + needed <= plan.offsets[other]) break;
      offset = std::max(offset, plan.offsets[other] + withSlack(taken.elements));
    }
    plan.offsets[index] = offset;
    plan.elements = std::max(plan.elements, offset + needed);
    const auto at = std::ranges::upper_bound(placed, offset, {},
                                             [&](size_t other) { return plan.offsets[other]; });
    placed.insert(at, index);
  }
  return plan;
}

}  // namespace divisi::nn
