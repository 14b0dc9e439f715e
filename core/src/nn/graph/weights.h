// Weights: a tensor of the file as the array that kernels pack.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/float_buffer.h"
#include "divisi/status.h"
#include "nn/graph/graph.h"
#include "nn/product/panel_kernel.h"

namespace divisi::nn {

/// Expands the tensor to float32; integers are multiplied by the scale of their output channel.
/// Files are not aligned, so this copies in any case.
/// @return kBadModel naming the tensor and element when a value is not finite, an integer is -128
/// or a scale is not above 0; kOutOfMemory.
Result<FloatBuffer> expand(std::span<const std::byte> file, const Weight& weight);

/// Weights in 8 bits as they are in the file, and the scale of each output channel.
struct QuantisedWeight {
  std::vector<int8_t> values;
  std::vector<float> scales;
};

/// Reads a weight whose dtype is kI8 without expanding it.
/// @return kBadModel as expand().
Result<QuantisedWeight> readQuantised(std::span<const std::byte> file, const Weight& weight);

/// A kernel where it lies in the file, for PanelKernel to pack: its format, values and scales.
/// @return kBadModel as expand().
Result<KernelSource> kernelSource(std::span<const std::byte> file, const Weight& weight);

}  // namespace divisi::nn
