#include "nn/product/integers/integer_product.h"

#include <cstring>

#include "base/lanes.h"
#include "nn/product/panel_columns.h"

namespace divisi::nn {
namespace {

using Shorts = int16_t __attribute__((vector_size(16)));
using Integers = int32_t __attribute__((vector_size(16)));

// Registers, as in matrix_product.cpp.
#ifdef __wasm__
constexpr size_t kRowsAtOnce = 4;
#else
constexpr size_t kRowsAtOnce = 5;
#endif

// The sums of products of pairs.
Integers multiplyPairs(Shorts a, Shorts b) {
#if defined(__wasm_simd128__)
  return __builtin_wasm_dot_s_i32x4_i16x8(a, b);
#elif defined(__SSE2__)
  return __builtin_ia32_pmaddwd128(a, b);
#else
  Integers sums;
  for (int i = 0; i < 4; ++i) sums[i] = a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1];
  return sums;
#endif
}

Shorts loadShorts(const int16_t* from) {
  Shorts shorts;
  std::memcpy(&shorts, from, sizeof(shorts));
  return shorts;
}

// A pair in all four places.
Shorts allPairs(const int16_t* pair) {
  int32_t both;
  std::memcpy(&both, pair, sizeof(both));
  const Integers all = {both, both, both, both};
  Shorts shorts;
  std::memcpy(&shorts, &all, sizeof(shorts));
  return shorts;
}

template <size_t kRows>
void multiplyRows(const IntegerRows& left, size_t first, size_t depth, const int16_t* panel,
                  const float* panelScales, const PanelResult& result) {
  Integers low[kRows] = {};
  Integers high[kRows] = {};
  const int16_t* rows = left.first + first * left.stride;
  for (size_t k = 0; k < depth; k += 2) {
    const Shorts lowPairs = loadShorts(panel);
    const Shorts highPairs = loadShorts(panel + kPanelColumns);
    panel += 2 * kPanelColumns;
    for (size_t row = 0; row < kRows; ++row) {
      const Shorts pair = allPairs(rows + row * left.stride + k);
      low[row] += multiplyPairs(lowPairs, pair);
      high[row] += multiplyPairs(highPairs, pair);
    }
  }
  for (size_t row = 0; row < kRows; ++row) {
    const Lanes scale = allLanes(left.scales[first + row]);
    const Pair sums = {
        __builtin_convertvector(low[row], Lanes) * (loadLanes(panelScales) * scale),
        __builtin_convertvector(high[row], Lanes) * (loadLanes(panelScales + kLanes) * scale)};
    float* target = result.first + (first + row) * result.stride;
    storeColumns(target, result.columns, sums);
  }
}

}  // namespace

void multiplyIntegers(const IntegerRows& left, size_t depth, const int16_t* panel,
                      const float* scales, const PanelResult& result) {
  size_t row = 0;
  for (; row + kRowsAtOnce <= left.count; row += kRowsAtOnce) {
    multiplyRows<kRowsAtOnce>(left, row, depth, panel, scales, result);
  }
  for (; row < left.count; ++row) multiplyRows<1>(left, row, depth, panel, scales, result);
}

}  // namespace divisi::nn
