#include "base/order.h"

#include <algorithm>
#include <utility>

namespace divisi {

std::vector<size_t> risingOrder(std::span<const uint64_t> keys) {
  std::vector<std::pair<uint64_t, size_t>> heap;
  heap.reserve(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) heap.emplace_back(keys[i], i);
  // A heap: the smallest in code, and its time does not depend on what a file says.
  std::make_heap(heap.begin(), heap.end());
  std::sort_heap(heap.begin(), heap.end());
  std::vector<size_t> order;
  order.reserve(keys.size());
  for (const auto& [key, index] : heap) order.push_back(index);
  return order;
}

}  // namespace divisi
