#include "nn/sequence/attention.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/integers.h"
#include "base/lanes.h"
#include "nn/algebra/exponential.h"
#include "nn/product/blocked_product.h"
#include "nn/product/matrix_product.h"

namespace divisi::nn {
namespace {

// The packed keys and values of a tile, 64 deep, are 128 kB together, and the scores of a block of
// queries 30 kB: what a core's own caches hold.
constexpr size_t kTileKeys = 256;
constexpr size_t kBlockQueries = 20;
// Floats of a cache line.
constexpr size_t kLine = 16;

struct Scratch {
  float* keys = nullptr;     // panels of the tile: [key / 8][depth][8]
  float* values = nullptr;   // [column / 8][key][8]
  float* queries = nullptr;  // a block, scaled: [query][depth]
  float* scores = nullptr;   // [query][key]
  float* most = nullptr;     // of each query, so far
  float* sums = nullptr;
  size_t elements = 0;
};

Scratch layOut(const AttentionShape& s, float* memory) {
  const size_t tile = std::min(kTileKeys, roundedUp(s.keys, kPanelColumns));
  const size_t block = std::min(kBlockQueries, s.queries);
  Scratch scratch;
  const auto take = [&](size_t elements) {
    float* place = memory == nullptr ? nullptr : memory + scratch.elements;
    scratch.elements += roundedUp(elements, kLine);
    return place;
  };
  scratch.keys = take(tile * s.depth);
  scratch.values = take(roundedUp(s.valueDepth, kPanelColumns) * tile);
  scratch.queries = take(block * s.depth);
  scratch.scores = take(block * tile);
  scratch.most = take(s.queries);
  scratch.sums = take(s.queries);
  return scratch;
}

float largest(Lanes lanes) {
  return std::max(std::max(lanes[0], lanes[1]), std::max(lanes[2], lanes[3]));
}

// Turns a row of scores into powers relative to the largest score so far.
// @return the factor by which what was summed before is too large
float toPowers(float* scores, size_t count, float& most, float& sum) {
  const size_t whole = roundedUp(count, kLanes);
  // Far below all others: its power, 1e-38, is nothing in any sum.
  std::fill(scores + count, scores + whole, -std::numeric_limits<float>::max());
  Lanes top = allLanes(most);
  for (size_t i = 0; i < whole; i += kLanes) {
    const Lanes x = loadLanes(scores + i);
    top = x > top ? x : top;
  }
  const float before = most;
  most = largest(top);
  const Lanes all = allLanes(most);
  Lanes total = {};
  for (size_t i = 0; i < whole; i += kLanes) {
    const Lanes power = expLanes(loadLanes(scores + i) - all);
    total += power;
    storeLanes(scores + i, power);
  }
  const float factor = before == most ? 1.0F : expLanes(allLanes(before) - all)[0];
  sum = sum * factor + (total[0] + total[1]) + (total[2] + total[3]);
  return factor;
}

void scaleRow(float* row, size_t count, float factor) {
  for (size_t i = 0; i < count; ++i) row[i] *= factor;
}

}  // namespace

size_t attentionScratch(const AttentionShape& shape) { return layOut(shape, nullptr).elements; }

void attend(const AttentionShape& s, const float* query, const float* key, const float* value,
            float* result, float* memory) {
  const Scratch scratch = layOut(s, memory);
  std::fill_n(scratch.most, s.queries, -std::numeric_limits<float>::max());
  std::fill_n(scratch.sums, s.queries, 0.0F);
  for (size_t first = 0; first < s.keys; first += kTileKeys) {
    const size_t keys = std::min(kTileKeys, s.keys - first);
    const size_t scoreStride = roundedUp(keys, kPanelColumns);
    packRight(key + first * s.keyStride, 1, s.keyStride, s.depth, keys, scratch.keys);
    packRight(value + first * s.valueStride, s.valueStride, 1, keys, s.valueDepth, scratch.values);
    for (size_t row = 0; row < s.queries; row += kBlockQueries) {
      const size_t rows = std::min(kBlockQueries, s.queries - row);
      for (size_t r = 0; r < rows; ++r) {
        const float* from = query + (row + r) * s.queryStride;
        float* to = scratch.queries + r * s.depth;
        for (size_t i = 0; i < s.depth; ++i) to[i] = from[i] * s.scale;
      }
      const std::array<const float*, 1> queries = {scratch.queries};
      for (size_t column = 0; column < keys; column += kPanelColumns) {
        multiplyPanel(queries, rows, s.depth, s.depth, scratch.keys + column * s.depth,
                      scratch.scores + column, scoreStride);
      }
      float* target = result + row * s.resultStride;
      for (size_t r = 0; r < rows; ++r) {
        const float factor = toPowers(scratch.scores + r * scoreStride, keys, scratch.most[row + r],
                                      scratch.sums[row + r]);
        if (first > 0 && factor != 1) scaleRow(target + r * s.resultStride, s.valueDepth, factor);
      }
      const std::array<const float*, 1> scores = {scratch.scores};
      for (size_t column = 0; column < s.valueDepth; column += kPanelColumns) {
        multiplyPanel(scores, rows, keys, scoreStride, scratch.values + column * keys,
                      {.first = target + column,
                       .stride = s.resultStride,
                       .columns = std::min(kPanelColumns, s.valueDepth - column),
                       .adds = first > 0});
      }
    }
  }
  for (size_t row = 0; row < s.queries; ++row) {
    scaleRow(result + row * s.resultStride, s.valueDepth, 1 / scratch.sums[row]);
  }
}

}  // namespace divisi::nn
