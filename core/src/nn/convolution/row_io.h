// What every fused convolution does at its borders: rows of input with zero padding, rows of
// output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nn/convolution/fused_convolution.h"

namespace divisi::nn {

/// Reads pixels of the joined sources, with what is fused before the convolution.
class RowReader {
 public:
  RowReader() = default;
  RowReader(const FusedGeometry& geometry, const FusedOperators& operators);

  /// Writes `columns` pixels of a row to target[column][channels]; zeros beyond the input.
  void read(std::span<const float* const> sources, int64_t row, int64_t firstColumn,
            int64_t columns, float* target) const;

 private:
  void copyPixels(const float* from, size_t pixels, size_t firstChannel, size_t count,
                  float* to) const;

  int64_t height_ = 0;
  int64_t width_ = 0;
  size_t channels_ = 0;
  std::vector<size_t> sourceChannels_;
  ChannelAffine affine_;
  float slope_ = 1;
};

/// Completes sums of products: factor, bias, relu, scale and offset of each output.
class RowFinisher {
 public:
  RowFinisher() = default;
  /// @param factors by which sums are still to be multiplied; empty: none
  RowFinisher(const ConvolutionWeights& weights, const FusedOperators& operators,
              std::span<const float> factors);

  /// In place: pixels[p * stride + i] for outputs firstOutput + i, i < count.
  void finish(float* pixels, size_t pixelCount, size_t stride, size_t firstOutput,
              size_t count) const;

  /// In place: `count` (a multiple of 4) values that all belong to one output.
  void finishPlane(float* values, size_t count, size_t output) const;

 private:
  std::vector<float> factors_;
  std::vector<float> bias_;
  std::vector<float> scale_;
  std::vector<float> offset_;
  float slope_ = 1;
};

}  // namespace divisi::nn
