#include "nn/convolution/row_io.h"

#include <algorithm>

#include "base/integers.h"
#include "base/lanes.h"

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
  if (count % kLanes != 0) {
    for (size_t p = 0; p < pixels; ++p, from += count, to += channels_) {
      for (size_t c = 0; c < count; ++c) {
        const float value = from[c] * scale[c] + offset[c];
        to[c] = value > 0 ? value : value * slope_;
      }
    }
    return;
  }
  const Lanes slope = allLanes(slope_);
  for (size_t p = 0; p < pixels; ++p, from += count, to += channels_) {
    for (size_t c = 0; c < count; c += kLanes) {
      const Lanes value =
          multiplyAdd(loadLanes(from + c), loadLanes(scale + c), loadLanes(offset + c));
      storeLanes(to + c, leaky(value, slope));
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
  const Lanes slope = allLanes(slope_);
  const size_t whole = count / kLanes * kLanes;
  for (size_t c = whole; c < count; ++c) {
    const size_t output = firstOutput + c;
    float* pixel = pixels + c;
    for (size_t p = 0; p < pixelCount; ++p, pixel += stride) {
      const float sum = *pixel * factors_[output] + bias_[output];
      *pixel = (sum > 0 ? sum : sum * slope_) * scale_[output] + offset_[output];
    }
  }
  for (size_t c = 0; c < whole; c += kLanes) {
    const Lanes factor = loadLanes(factors_.data() + firstOutput + c);
    const Lanes bias = loadLanes(bias_.data() + firstOutput + c);
    const Lanes scale = loadLanes(scale_.data() + firstOutput + c);
    const Lanes offset = loadLanes(offset_.data() + firstOutput + c);
    float* pixel = pixels + c;
    for (size_t p = 0; p < pixelCount; ++p, pixel += stride) {
      const Lanes sum = multiplyAdd(loadLanes(pixel), factor, bias);
      storeLanes(pixel, multiplyAdd(leaky(sum, slope), scale, offset));
    }
  }
}

void RowFinisher::finishPlane(float* values, size_t count, size_t output) const {
  const Lanes slope = allLanes(slope_);
  const Lanes factor = allLanes(factors_[output]);
  const Lanes bias = allLanes(bias_[output]);
  const Lanes scale = allLanes(scale_[output]);
  const Lanes offset = allLanes(offset_[output]);
  for (size_t i = 0; i < count; i += kLanes) {
    const Lanes sum = multiplyAdd(loadLanes(values + i), factor, bias);
    storeLanes(values + i, multiplyAdd(leaky(sum, slope), scale, offset));
  }
}

}  // namespace divisi::nn
