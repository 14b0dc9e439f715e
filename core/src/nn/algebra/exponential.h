// e to the power of four numbers at once.
#pragma once

#include <cstdint>
#include <cstring>

#include "base/lanes.h"

namespace divisi::nn {

/// e^x in each lane, to 3e-7 of it. Below x = -87 and above 88 the result stays what it is there:
/// the ends of what float32 holds.
inline Lanes expLanes(Lanes x) {
  using Bits = uint32_t __attribute__((vector_size(sizeof(Lanes))));
  x = x < -87.0F ? allLanes(-87) : x;
  x = x > 88.0F ? allLanes(88) : x;
  // x = n ln 2 + r with a whole n. Adding 1.5 * 2^23 leaves n in the low bits of the sum.
  constexpr float kRounder = 12582912;
  const Lanes shifted = multiplyAdd(x, allLanes(1.44269504F), allLanes(kRounder));
  const Lanes n = shifted - kRounder;
  // ln 2 in two parts, of which the first times n is exact (Cody and Waite, "Software Manual for
  // the Elementary Functions", 1980).
  const Lanes r =
      multiplyAdd(n, allLanes(2.12194440e-4F), multiplyAdd(n, allLanes(-0.693359375F), x));
  // Taylor's series: |r| is below 0.35, and the next term below 1e-8.
  Lanes sum = allLanes(1.0F / 5040);
  for (const float term : {1.0F / 720, 1.0F / 120, 1.0F / 24, 1.0F / 6, 0.5F, 1.0F, 1.0F}) {
    sum = multiplyAdd(sum, r, allLanes(term));
  }
  Bits power;
  std::memcpy(&power, &shifted, sizeof power);
  power = (power << 23U) + 0x3F800000U;  // 2^n by its exponent
  Lanes scale;
  std::memcpy(&scale, &power, sizeof scale);
  return sum * scale;
}

}  // namespace divisi::nn
