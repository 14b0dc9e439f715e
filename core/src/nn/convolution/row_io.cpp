#include "nn/convolution/row_io.h"

#include <algorithm>

#include "base/simd.h"
#include "nn/graph/shape.h"

namespace divisi::nn {
RowReader::RowReader(const FusedGeometry& geometry, const FusedOperators& operators)
    : height_(geometry.input[0]),
      width_(geometry.input[1]),
      channels_(size(geometry.channels())),
      sourceChannels_(geometry.sourceChannels.begin(), geometry.sourceChannels.end()),
      affine_(operators.input),
      slope_(operators.inputSlope) {
  if (affine_.empty() && slope_ != 1) {
    affine_.scale.assign(channels_, 1.0F);
    affine_.offset.assign(channels_, 0.0F);
  }
}

void RowReader::read(std::span<const float* const> sources, int64_t row, int64_t firstColumn,
                     int64_t columns, float* target) const {
  const int64_t begin = std::clamp<int64_t>(firstColumn, 0, width_);
  const int64_t end = std::clamp<int64_t>(firstColumn + columns, begin, width_);
  if (row < 0 || row >= height_ || begin == end) {
    std::fill_n(target, size(columns) * channels_, 0.0F);
    return;
  }
  std::fill_n(target, size(begin - firstColumn) * channels_, 0.0F);
  target += size(begin - firstColumn) * channels_;
  const size_t pixels = size(end - begin);
  size_t firstChannel = 0;
  for (size_t i = 0; i < sources.size(); ++i) {
    const size_t count = sourceChannels_[i];
    copyPixels(sources[i] + size(row * width_ + begin) * count, pixels, firstChannel, count,
               target + firstChannel);
    firstChannel += count;
  }
  std::fill_n(target + pixels * channels_, size(firstColumn + columns - end) * channels_, 0.0F);
}

void RowReader::copyPixels(const float* from, size_t pixels, size_t firstChannel, size_t count,
                           float* to) const {
  if (affine_.empty()) {
    if (count == channels_) {
      std::copy_n(from, pixels * count, to);
      return;
    }
    for (size_t p = 0; p < pixels; ++p, from += count, to += channels_) {
      std::copy_n(from, count, to);
    }
    return;
  }
  const float* scale = affine_.scale.data() + firstChannel;
  const float* offset = affine_.offset.data() + firstChannel;
  if (count % simd::kLanes != 0) {
    for (size_t p = 0; p < pixels; ++p, from += count, to += channels_) {
      for (size_t c = 0; c < count; ++c) {
        const float value = from[c] * scale[c] + offset[c];
        to[c] = value > 0 ? value : value * slope_;
      }
    }
    return;
  }
  const simd::Float4 slope = simd::splat(slope_);
  for (size_t p = 0; p < pixels; ++p, from += count, to += channels_) {
    for (size_t c = 0; c < count; c += simd::kLanes) {
      const simd::Float4 value =
          simd::multiplyAdd(simd::load(from + c), simd::load(scale + c), simd::load(offset + c));
      simd::store(to + c, simd::leaky(value, slope));
    }
  }
}

RowFinisher::RowFinisher(const ConvolutionWeights& weights, const FusedOperators& operators,
                         std::span<const float> factors)
    : factors_(factors.begin(), factors.end()),
      bias_(weights.bias.begin(), weights.bias.end()),
      scale_(operators.output.scale),
      offset_(operators.output.offset),
      slope_(operators.relu ? 0.0F : 1.0F) {
  if (factors_.empty()) factors_.assign(bias_.size(), 1.0F);
  if (scale_.empty()) {
    scale_.assign(bias_.size(), 1.0F);
    offset_.assign(bias_.size(), 0.0F);
  }
}

void RowFinisher::finish(float* pixels, size_t pixelCount, size_t stride, size_t firstOutput,
                         size_t count) const {
  const simd::Float4 slope = simd::splat(slope_);
  for (size_t c = 0; c < count; c += simd::kLanes) {
    const simd::Float4 factor = simd::load(factors_.data() + firstOutput + c);
    const simd::Float4 bias = simd::load(bias_.data() + firstOutput + c);
    const simd::Float4 scale = simd::load(scale_.data() + firstOutput + c);
    const simd::Float4 offset = simd::load(offset_.data() + firstOutput + c);
    float* pixel = pixels + c;
    for (size_t p = 0; p < pixelCount; ++p, pixel += stride) {
      const simd::Float4 sum = simd::multiplyAdd(simd::load(pixel), factor, bias);
      simd::store(pixel, simd::multiplyAdd(simd::leaky(sum, slope), scale, offset));
    }
  }
}

void RowFinisher::finishPlane(float* values, size_t count, size_t output) const {
  const simd::Float4 slope = simd::splat(slope_);
  const simd::Float4 factor = simd::splat(factors_[output]);
  const simd::Float4 bias = simd::splat(bias_[output]);
  const simd::Float4 scale = simd::splat(scale_[output]);
  const simd::Float4 offset = simd::splat(offset_[output]);
  for (size_t i = 0; i < count; i += simd::kLanes) {
    const simd::Float4 sum = simd::multiplyAdd(simd::load(values + i), factor, bias);
    simd::store(values + i, simd::multiplyAdd(simd::leaky(sum, slope), scale, offset));
  }
}

}  // namespace divisi::nn
