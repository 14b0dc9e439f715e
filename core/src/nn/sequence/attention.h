// Attention: softmax(scale * query * key^T) * value for one head, in tiles: the scores of a few
// queries and keys exist at a time, however long the sequence is.
//
// The softmax of a row of which only a part is known: its largest score so far and the sum of
// powers relative to it are kept, and what was summed so far is scaled down when a larger score
// comes (Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018; Rabe and
// Staats, "Self-attention does not need O(n^2) memory", 2021).
#pragma once

#include <cstddef>

namespace divisi::nn {

struct AttentionShape {
  size_t queries = 0;
  size_t keys = 0;
  size_t depth = 0;        ///< of a query and a key, of this head
  size_t valueDepth = 0;   ///< of a value
  size_t queryStride = 0;  ///< from row to row, in floats
  size_t keyStride = 0;
  size_t valueStride = 0;
  size_t resultStride = 0;
  float scale = 1;
};

/// Floats of scratch memory for attend().
[[nodiscard]] size_t attentionScratch(const AttentionShape& shape);

/// The arrays are those of one head: its first column of each.
void attend(const AttentionShape& shape, const float* query, const float* key, const float* value,
            float* result, float* scratch);

}  // namespace divisi::nn
