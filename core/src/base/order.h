// Sorting by numbers: once for all that is sorted, because every std::sort is 2 kB of Wasm.
//
//   const std::vector<uint64_t> sizes = {5, 2, 5};
//   const std::vector<size_t> order = risingOrder(sizes);  // 1, 0, 2
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace divisi {

/// The places of the keys from the smallest to the largest; of equal keys the first one first.
[[nodiscard]] std::vector<size_t> risingOrder(std::span<const uint64_t> keys);

}  // namespace divisi
