// Lanes: four floats that the machine computes with at once (SSE, Wasm SIMD), by the vector
// extensions of GCC and clang: +, -, *, / and comparisons work on all four.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstring>

namespace divisi {

inline constexpr size_t kLanes = 4;

using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));

/// As many doubles, in which sums over many values keep their precision.
using DoubleLanes = double __attribute__((vector_size(kLanes * sizeof(double))));

/// From and to any address.
inline Lanes loadLanes(const float* values) {
  Lanes lanes;
  std::memcpy(&lanes, values, sizeof(lanes));
  return lanes;
}
inline void storeLanes(float* values, Lanes lanes) { std::memcpy(values, &lanes, sizeof(lanes)); }

inline Lanes allLanes(float value) { return Lanes{value, value, value, value}; }

/// Where the lanes hold what is not a number.
inline auto isNan(Lanes lanes) {
  // NOLINTNEXTLINE(misc-redundant-expression): only such a value differs from itself
  return lanes != lanes;
}

/// The first halves of `a` and `b`, and their second halves.
inline Lanes lowHalves(Lanes a, Lanes b) { return __builtin_shufflevector(a, b, 0, 1, 4, 5); }
inline Lanes highHalves(Lanes a, Lanes b) { return __builtin_shufflevector(a, b, 2, 3, 6, 7); }

/// a * b + c, in one rounding where the processor has it.
inline Lanes multiplyAdd(Lanes a, Lanes b, Lanes c) {
#ifdef __wasm_relaxed_simd__
  return __builtin_wasm_relaxed_madd_f32x4(a, b, c);
#else
  return a * b + c;
#endif
}

/// The value where it is above zero, elsewhere `slope` times the value.
inline Lanes leaky(Lanes value, Lanes slope) {
  const Lanes zero = {};
  return value > zero ? value : value * slope;
}

inline Lanes sqrtLanes(Lanes lanes) {
  return Lanes{std::sqrt(lanes[0]), std::sqrt(lanes[1]), std::sqrt(lanes[2]), std::sqrt(lanes[3])};
}

/// Rows become columns.
inline void transpose(Lanes& a, Lanes& b, Lanes& c, Lanes& d) {
  const Lanes ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const Lanes cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const Lanes abEnd = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const Lanes cdEnd = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  a = lowHalves(ab, cd);
  b = highHalves(ab, cd);
  c = lowHalves(abEnd, cdEnd);
  d = highHalves(abEnd, cdEnd);
}

}  // namespace divisi
