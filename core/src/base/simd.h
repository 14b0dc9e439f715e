// Four floats at a time, on every compiler that has vector extensions (GCC, Clang, Emscripten).
#pragma once

#include <cstddef>
#include <cstring>

namespace divisi::nn::simd {

using Float4 = float __attribute__((vector_size(16)));

inline constexpr size_t kLanes = 4;

/// The address need not be aligned.
inline Float4 load(const float* from) {
  Float4 result;
  std::memcpy(&result, from, sizeof result);
  return result;
}

inline void store(float* to, Float4 value) { std::memcpy(to, &value, sizeof value); }

inline Float4 splat(float value) { return Float4{value, value, value, value}; }

/// a * b + c, in one rounding where the processor has it.
inline Float4 multiplyAdd(Float4 a, Float4 b, Float4 c) {
#ifdef __wasm_relaxed_simd__
  return __builtin_wasm_relaxed_madd_f32x4(a, b, c);
#else
  return a * b + c;
#endif
}

/// The value where it is above zero, elsewhere `slope` times the value.
inline Float4 leaky(Float4 value, Float4 slope) {
  const Float4 zero = {};
  return value > zero ? value : value * slope;
}

}  // namespace divisi::nn::simd
