#include "separation/estimation/mask_estimator.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <span>
#include <utility>

#include "base/text.h"

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
    : networks_(std::move(networks)), settings_(settings), presence_(networks_->document()) {}

Result<std::unique_ptr<MaskEstimator>> MaskEstimator::create(std::shared_ptr<StemNetworks> networks,
                                                             const SeparationSettings& settings) {
  std::unique_ptr<MaskEstimator> masks(new MaskEstimator(std::move(networks), settings));
  if (settings.keepsQuiet) {
    masks->raisedMask_ = FloatBuffer(masks->networks_->estimate(0).size());
    if (!masks->raisedMask_) return outOfMemory("a mask");
  }
  if (settings.chunking.secondLook == 0) return masks;
  for (size_t stem = 0; stem < masks->networks_->stemCount(); ++stem) {
    masks->kept_.emplace_back(masks->networks_->estimate(stem).size());
    if (!masks->kept_.back()) {
      return outOfMemory("a second look at a chunk");
    }
  }
  return masks;
}

Status MaskEstimator::estimate(const Chunk& chunk) {
  if (Status status = look(chunk, chunk.gain); !status.ok()) return status;
  return settings_.keepsQuiet && chunk.gain > 1 ? boundByOwnLevel(chunk) : Status();
}

Status MaskEstimator::boundByOwnLevel(const Chunk& chunk) {
  const size_t remainder = networks_->document().remainder.value();
  const std::span<float> mask = stem(1 - remainder);
  if (presence_.heard({networks_->input(), mask.size()}, mask)) return {};
  std::ranges::copy(mask, raisedMask_.data());
  if (Status status = look(chunk, 1); !status.ok()) return status;
  const std::span<float> rest = stem(remainder);
  for (size_t i = 0; i < mask.size(); ++i) {
    mask[i] = std::min(mask[i], raisedMask_.data()[i]);
    rest[i] = 1 - mask[i];
  }
  return {};
}

Status MaskEstimator::look(const Chunk& chunk, float gain) {
  bool hasKept = false;
  if (chunk.secondLook != 0 && fillInput(chunk, chunk.first + chunk.secondLook, gain)) {
    if (Status status = networks_->run(); !status.ok()) return status;
    keep();
    hasKept = true;
  }
  if (!fillInput(chunk, chunk.first, gain)) {
    share();
    return {};
  }
  if (Status status = networks_->run(); !status.ok()) return status;
  if (hasKept) multiplyByKept(chunk.secondLook);
  // The root of the products is in the exponent.
  estimatesToMasks(hasKept ? settings_.exponent / 2 : settings_.exponent);
  return {};
}

bool MaskEstimator::fillInput(const Chunk& chunk, int first, float gain) {
  const SeparationDocument& document = networks_->document();
  const auto bins = static_cast<size_t>(document.bins);
  float* row = networks_->input();
  bool heard = false;
  for (int i = 0; i < document.chunkColumns; ++i, row += 2 * bins) {
    const audio::StereoBin* column =
        chunk.columns[static_cast<size_t>(first) + static_cast<size_t>(i)];
    if (column == nullptr) {
      std::fill_n(row, 2 * bins, 0.0F);
    } else {
      heard = audio::scaledMagnitudes(column, bins, gain, row) > 0 || heard;
    }
  }
  return heard;
}

void MaskEstimator::share() {
  const size_t stems = networks_->stemCount();
  const float share = 1.0F / static_cast<float>(stems);
  for (size_t stem = 0; stem < stems; ++stem) std::ranges::fill(networks_->estimate(stem), share);
}

void MaskEstimator::keep() {
  // Copied, not swapped: a network that is given the same buffers again need not be set up again.
  for (size_t stem = 0; stem < kept_.size(); ++stem) {
    std::ranges::copy(networks_->estimate(stem), kept_[stem].data());
  }
}

void MaskEstimator::multiplyByKept(int offset) {
  const SeparationDocument& document = networks_->document();
  const size_t row = static_cast<size_t>(document.bins) * static_cast<size_t>(document.channels);
  for (size_t stem = 0; stem < kept_.size(); ++stem) {
    float* estimate = networks_->estimate(stem).data();
    for (int column = 0; column < document.chunkColumns; ++column, estimate += row) {
      const int keptColumn = column - offset;
      const bool isKept = keptColumn >= 0 && keptColumn < document.chunkColumns;
      const float* other =
          isKept ? kept_[stem].data() + static_cast<size_t>(keptColumn) * row : estimate;
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

Result<std::unique_ptr<ChunkEstimator>> makeEstimator(std::shared_ptr<StemNetworks> networks,
                                                      const SeparationSettings& settings) {
  auto masks = MaskEstimator::create(std::move(networks), settings);
  if (!masks.ok()) return masks.status();
  return std::unique_ptr<ChunkEstimator>(std::move(masks.value()));
}

}  // namespace divisi::separation
