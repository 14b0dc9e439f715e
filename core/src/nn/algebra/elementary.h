// Elementary functions of four numbers at once, beside e to a power (exponential.h).
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

#include "base/lanes.h"
#include "nn/algebra/exponential.h"

namespace divisi::nn {

using LaneBits = int32_t __attribute__((vector_size(sizeof(Lanes))));

inline LaneBits bitsOf(Lanes x) {
  LaneBits bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

inline Lanes lanesOf(LaneBits bits) {
  Lanes x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// Without the sign, of zero and NaN too.
inline Lanes absoluteLanes(Lanes x) { return lanesOf(bitsOf(x) & 0x7FFFFFFF); }

/// e^x to 4e-7 of it over all that float32 holds: infinite above, 0 far below.
inline Lanes fullExpLanes(Lanes x) {
  // The square of e^(x/2), whose argument stays within what expLanes() knows.
  const Lanes root = expLanes(x * 0.5F);
  return root * root;
}

/// The natural logarithm to 2e-7 of it; -infinity of 0, NaN below.
inline Lanes logLanes(Lanes x) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  // Numbers below the smallest normal one have too few bits for what follows.
  const LaneBits tiny = x < std::numeric_limits<float>::min();
  const LaneBits bits = bitsOf(tiny ? x * 8388608.0F : x);
  // x = m 2^n with m from sqrt(1/2) to sqrt(2).
  constexpr int32_t kRootOfHalf = 0x3F3504F3;
  const LaneBits n = (bits - kRootOfHalf) >> 23;
  const Lanes m = lanesOf(bits - (n << 23));
  const Lanes power = __builtin_convertvector(tiny ? n - 23 : n, Lanes);
  // log m = 2 artanh(s) with |s| below 0.172: the next term of the series is 2e-9 of it.
  const Lanes s = (m - 1.0F) / (m + 1.0F);
  const Lanes z = s * s;
  Lanes sum = allLanes(2.0F / 9);
  for (const float term : {2.0F / 7, 2.0F / 5, 2.0F / 3}) {
    sum = multiplyAdd(sum, z, allLanes(term));
  }
  // ln 2 in two parts, as in expLanes().
  const Lanes fraction = multiplyAdd(power, allLanes(-2.12194440e-4F), s * z * sum);
  Lanes y = multiplyAdd(power, allLanes(0.693359375F), fraction + s * 2.0F);
  y = x == 0.0F ? allLanes(-kInfinity) : y;
  y = x < 0.0F ? allLanes(std::numeric_limits<float>::quiet_NaN()) : y;
  return x < kInfinity ? y : x;
}

/// The hyperbolic tangent to 3e-7 of it.
inline Lanes tanhLanes(Lanes x) {
  // Lambert's continued fraction, cut off where the rest is below 1e-9.
  const Lanes z = x * x;
  const Lanes near = x * (945.0F + z * (105.0F + z)) / (945.0F + z * (420.0F + 15.0F * z));
  const Lanes size = absoluteLanes(x);
  const Lanes far = 1.0F - 2.0F / (1.0F + expLanes(size * 2.0F));
  return size < 0.625F ? near : x < 0.0F ? -far : far;
}

/// The sine of x + `quarters` quarter turns, to 2e-7 for |x| up to 1e6 and within 1 beyond.
inline Lanes sineLanes(Lanes x, int32_t quarters) {
  using Longs = int64_t __attribute__((vector_size(sizeof(DoubleLanes))));
  // x = n pi/2 + r. Adding 1.5 * 2^52 leaves n in the low bits of the sum.
  constexpr double kRounder = 6755399441055744;
  const DoubleLanes wide = __builtin_convertvector(x, DoubleLanes);
  const DoubleLanes shifted = wide * 0.63661977236758134 + kRounder;
  Longs bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  const LaneBits turn = __builtin_convertvector(bits & 3, LaneBits) + quarters;
  Lanes r = __builtin_convertvector(wide - (shifted - kRounder) * 1.5707963267948966, Lanes);
  r = r > 1.0F ? allLanes(1) : r;
  r = r < -1.0F ? allLanes(-1) : r;
  // Taylor's series of both; the next terms are below 2e-9.
  const Lanes z = r * r;
  Lanes sine = allLanes(1.0F / 362880);
  for (const float term : {-1.0F / 5040, 1.0F / 120, -1.0F / 6}) {
    sine = multiplyAdd(sine, z, allLanes(term));
  }
  sine = multiplyAdd(sine * z, r, r);
  Lanes cosine = allLanes(1.0F / 40320);
  for (const float term : {-1.0F / 720, 1.0F / 24, -0.5F, 1.0F}) {
    cosine = multiplyAdd(cosine, z, allLanes(term));
  }
  const Lanes y = (turn & 1) != 0 ? cosine : sine;
  return (turn & 2) != 0 ? -y : y;
}

}  // namespace divisi::nn
