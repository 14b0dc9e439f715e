#include "separation/estimation/mask_estimator.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <span>
#include <utility>

namespace divisi::separation {
namespace {

/// values[i] to the power of `exponent`. Estimates are magnitudes: a network's rounding below zero
/// counts as nothing.
void raise(std::span<float> values, double exponent) {
  for (float& value : values) value = std::max(value, 0.0F);
  // pow() takes as long as a tenth of the network for what these do in no time.
  if (exponent == 1) return;
  if (exponent == 1.5) {
    for (float& value : values) value *= std::sqrt(value);
  } else if (exponent == 2) {
    for (float& value : values) value *= value;
  } else if (exponent == 3) {
    for (float& value : values) value *= value * value;
  } else {
    const auto power = static_cast<float>(exponent);
    for (float& value : values) value = std::pow(value, power);
  }
}

}  // namespace

MaskEstimator::MaskEstimator(std::shared_ptr<StemNetworks> networks,
                             const SeparationSettings& settings)
    : networks_(std::move(networks)), settings_(settings) {}

Result<std::unique_ptr<MaskEstimator>> MaskEstimator::create(std::shared_ptr<StemNetworks> networks,
                                                             const SeparationSettings& settings) {
  std::unique_ptr<MaskEstimator> masks(new MaskEstimator(std::move(networks), settings));
  if (settings.chunking.secondLook == 0) return masks;
  for (size_t stem = 0; stem < masks->networks_->stemCount(); ++stem) {
    masks->kept_.emplace_back(masks->networks_->estimate(stem).size());
    if (!masks->kept_.back()) {
      return Status(StatusCode::kOutOfMemory, "no memory for a second look at a chunk");
    }
  }
  return masks;
}

void MaskEstimator::keep() {
  // Copied, not swapped: a network that is given the same buffers again need not be set up again.
  for (size_t stem = 0; stem < kept_.size(); ++stem) {
    std::ranges::copy(networks_->estimate(stem), kept_[stem].data());
  }
  hasKept_ = true;
}

void MaskEstimator::skip() {
  const size_t stems = networks_->stemCount();
  const float share = 1.0F / static_cast<float>(stems);
  for (size_t stem = 0; stem < stems; ++stem) std::ranges::fill(networks_->estimate(stem), share);
  hasKept_ = false;
}

void MaskEstimator::make(int keptOffset) {
  if (!hasKept_) {
    estimatesToMasks(settings_.exponent);
    return;
  }
  multiplyByKept(keptOffset);
  // The root of the products is in the exponent.
  estimatesToMasks(settings_.exponent / 2);
  hasKept_ = false;
}

void MaskEstimator::multiplyByKept(int keptOffset) {
  const SeparationDocument& document = networks_->document();
  const size_t row = static_cast<size_t>(document.bins) * static_cast<size_t>(document.channels);
  for (size_t stem = 0; stem < kept_.size(); ++stem) {
    float* estimate = networks_->estimate(stem).data();
    for (int frame = 0; frame < document.chunkColumns; ++frame, estimate += row) {
      const int keptFrame = frame - keptOffset;
      const bool isKept = keptFrame >= 0 && keptFrame < document.chunkColumns;
      const float* other =
          isKept ? kept_[stem].data() + static_cast<size_t>(keptFrame) * row : estimate;
      for (size_t i = 0; i < row; ++i) estimate[i] *= other[i];
    }
  }
}

void MaskEstimator::estimatesToMasks(double exponent) {
  const size_t stems = networks_->stemCount();
  const auto epsilon = static_cast<float>(settings_.epsilon);
  const float share = epsilon / static_cast<float>(stems);
  const size_t size = networks_->estimate(0).size();
  // In blocks that stay in the first-level cache while they are read twice.
  constexpr size_t kBlock = 1024;
  float sums[kBlock];
  for (size_t begin = 0; begin < size; begin += kBlock) {
    const size_t count = std::min(kBlock, size - begin);
    std::fill_n(sums, count, epsilon);
    for (size_t stem = 0; stem < stems; ++stem) {
      const std::span<float> estimate = networks_->estimate(stem).subspan(begin, count);
      raise(estimate, exponent);
      for (size_t i = 0; i < count; ++i) sums[i] += estimate[i];
    }
    for (size_t i = 0; i < count; ++i) sums[i] = 1.0F / sums[i];
    for (size_t stem = 0; stem < stems; ++stem) {
      float* mask = networks_->estimate(stem).data() + begin;
      for (size_t i = 0; i < count; ++i) mask[i] = (mask[i] + share) * sums[i];
    }
  }
}

}  // namespace divisi::separation
