#include "nn/algebra/linear_combination.h"

#include <algorithm>
#include <array>

#include "base/lanes.h"

namespace divisi::nn {
namespace {

// The number of summands is known to the compiler, so that they stay in registers.
template <size_t kCount, bool kAdds>
void combineOf(const Summand* summands, Runs runs, size_t sourceStride, float* target,
               size_t targetStride) {
  Lanes factors[kCount];
  const float* sources[kCount];
  for (size_t k = 0; k < kCount; ++k) {
    factors[k] = allLanes(summands[k].factor);
    sources[k] = summands[k].source;
  }
  for (size_t row = 0; row < runs.rows; ++row) {
    for (size_t i = 0; i < runs.count; i += kLanes) {
      Lanes sum = loadLanes(sources[0] + i) * factors[0];
      if constexpr (kAdds) sum += loadLanes(target + i);
      for (size_t k = 1; k < kCount; ++k) {
        sum = multiplyAdd(loadLanes(sources[k] + i), factors[k], sum);
      }
      storeLanes(target + i, sum);
    }
    for (size_t k = 0; k < kCount; ++k) sources[k] += sourceStride;
    target += targetStride;
  }
}

template <bool kAdds>
void combineSome(std::span<const Summand> s, Runs runs, size_t sourceStride, float* target,
                 size_t targetStride) {
  switch (s.size()) {
    case 1:
      return combineOf<1, kAdds>(s.data(), runs, sourceStride, target, targetStride);
    case 2:
      return combineOf<2, kAdds>(s.data(), runs, sourceStride, target, targetStride);
    case 3:
      return combineOf<3, kAdds>(s.data(), runs, sourceStride, target, targetStride);
    case 4:
      return combineOf<4, kAdds>(s.data(), runs, sourceStride, target, targetStride);
    case 5:
      return combineOf<5, kAdds>(s.data(), runs, sourceStride, target, targetStride);
    default:
      return combineOf<6, kAdds>(s.data(), runs, sourceStride, target, targetStride);
  }
}

}  // namespace

void combine(std::span<const Summand> summands, Runs runs, size_t sourceStride, float* target,
             size_t targetStride) {
  constexpr size_t kAtOnce = 6;
  const size_t first = std::min(summands.size(), kAtOnce);
  combineSome<false>(summands.first(first), runs, sourceStride, target, targetStride);
  for (size_t done = first; done < summands.size();) {
    const size_t count = std::min(summands.size() - done, kAtOnce);
    combineSome<true>(summands.subspan(done, count), runs, sourceStride, target, targetStride);
    done += count;
  }
}

void combineRow(std::span<const SparseMatrix::Entry> row, const float* source, size_t entryStride,
                Runs runs, size_t sourceStride, float* target, size_t targetStride) {
  // No row of an axis filter has more entries: twice the taps of a phase, or its points.
  constexpr size_t kMost = 16;
  std::array<Summand, kMost> summands;
  size_t count = 0;
  for (const SparseMatrix::Entry& entry : row) {
    summands[count++] = {source + static_cast<size_t>(entry.column) * entryStride,
                         static_cast<float>(entry.factor)};
  }
  combine({summands.data(), count}, runs, sourceStride, target, targetStride);
}

}  // namespace divisi::nn
