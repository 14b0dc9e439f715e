// Weights: a tensor of the file as the float32 array that XNNPACK packs.
#pragma once

#include <cstddef>
#include <span>

#include "divisi/status.h"
#include "nn/graph.h"
#include "nn/tensor_buffer.h"

namespace divisi::nn {

/// Expands the tensor to float32; integers are multiplied by the scale of their output channel.
/// Files are not aligned, so this copies in any case.
/// @return kBadModel naming the tensor and element when a value is not finite, an integer is -128
/// or a scale is not above 0; kOutOfMemory.
Result<TensorBuffer> expand(std::span<const std::byte> file, const Weight& weight);

}  // namespace divisi::nn
