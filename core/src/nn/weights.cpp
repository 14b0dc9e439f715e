#include "nn/weights.h"

#include <fp16.h>

#include <cmath>
#include <cstdint>
#include <cstring>

#include "nn/text.h"

namespace divisi::nn {

Result<TensorBuffer> expand(std::span<const std::byte> file, const Weight& weight) {
  const TensorInfo& info = *weight.tensor;
  const size_t count = (info.end - info.begin) / byteSize(info.dtype);
  TensorBuffer buffer(count);
  if (!buffer) {
    return Status(StatusCode::kOutOfMemory, "no memory for the weight " + quote(weight.name) +
                                                " of " + std::to_string(count * sizeof(float)) +
                                                " bytes");
  }
  const std::byte* source = file.data() + info.begin;
  float* out = buffer.data();
  if (info.dtype == DType::kF32) {
    std::memcpy(out, source, count * sizeof(float));
  } else {
    for (size_t i = 0; i < count; ++i) {
      uint16_t half = 0;
      std::memcpy(&half, source + i * sizeof(half), sizeof(half));
      out[i] = fp16_ieee_to_fp32_value(half);
    }
  }
  for (size_t i = 0; i < count; ++i) {
    if (!std::isfinite(out[i])) {
      return badModel("tensor " + quote(weight.name) + ": element " + std::to_string(i) +
                      ", at byte " + std::to_string(info.begin + i * byteSize(info.dtype)) +
                      " of the file, is not a finite number");
    }
  }
  return buffer;
}

}  // namespace divisi::nn
