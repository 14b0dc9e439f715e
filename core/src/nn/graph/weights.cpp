#include "nn/graph/weights.h"

#include <fp16.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>

#include "base/text.h"

namespace divisi::nn {
namespace {

// -128 has no positive counterpart: an importer that writes it has rounded wrongly.
constexpr int8_t kLowestQuantised = -127;

size_t elementCount(const TensorInfo& info) {
  return (info.end - info.begin) / byteSize(info.dtype);
}

// Elements may lie at any byte.
template <typename T>
T load(const std::byte* source, size_t index) {
  T value{};
  std::memcpy(&value, source + index * sizeof(T), sizeof(T));
  return value;
}

std::string elementText(const std::string& name, const TensorInfo& info, size_t index) {
  return "tensor " + quote(name) + ": element " + std::to_string(index) + ", at byte " +
         std::to_string(info.begin + index * byteSize(info.dtype)) + " of the file, is ";
}

Status dequantise(std::span<const std::byte> file, const Weight& weight, FloatBuffer& out) {
  const auto quantised = readQuantised(file, weight);
  if (!quantised.ok()) return quantised.status();
  const auto& [values, scales] = quantised.value();
  const size_t perChannel = values.size() / scales.size();
  for (size_t i = 0; i < values.size(); ++i) {
    out.data()[i] = scales[i / perChannel] * static_cast<float>(values[i]);
  }
  return {};
}

}  // namespace

Result<FloatBuffer> expand(std::span<const std::byte> file, const Weight& weight) {
  const TensorInfo& info = *weight.tensor;
  const size_t count = elementCount(info);
  FloatBuffer buffer(count);
  if (!buffer) {
    return Status(StatusCode::kOutOfMemory, "no memory for the weight " + quote(weight.name) +
                                                " of " + std::to_string(count * sizeof(float)) +
                                                " bytes");
  }
  const std::byte* source = file.data() + info.begin;
  float* out = buffer.data();
  switch (info.dtype) {
    case DType::kF32:
      std::memcpy(out, source, count * sizeof(float));
      break;
    case DType::kF16:
      for (size_t i = 0; i < count; ++i) {
        out[i] = fp16_ieee_to_fp32_value(load<uint16_t>(source, i));
      }
      break;
    case DType::kI8: {
      Status status = dequantise(file, weight, buffer);
      if (!status.ok()) return status;
      break;
    }
  }
  for (size_t i = 0; i < count; ++i) {
    if (!std::isfinite(out[i])) {
      return badModel(elementText(weight.name, info, i) + "not a finite number");
    }
  }
  return buffer;
}

// One output channel after the other, each with its own scale.
Result<QuantisedWeight> readQuantised(std::span<const std::byte> file, const Weight& weight) {
  const TensorInfo& info = *weight.tensor;
  const std::byte* source = file.data() + info.begin;
  QuantisedWeight result;
  result.values.resize(elementCount(info));
  result.scales.resize(elementCount(*weight.scale));
  const size_t perChannel = result.values.size() / result.scales.size();
  for (size_t channel = 0; channel < result.scales.size(); ++channel) {
    const auto scale = load<float>(file.data() + weight.scale->begin, channel);
    if (!std::isfinite(scale) || scale <= 0) {
      return badModel(elementText(weight.name + ".scale", *weight.scale, channel) +
                      "not a finite number above 0");
    }
    result.scales[channel] = scale;
    for (size_t i = channel * perChannel; i < (channel + 1) * perChannel; ++i) {
      result.values[i] = load<int8_t>(source, i);
      if (result.values[i] < kLowestQuantised) {
        return badModel(elementText(weight.name, info, i) +
                        "-128, below the least that is allowed");
      }
      if (!std::isfinite(scale * static_cast<float>(result.values[i]))) {
        return badModel(elementText(weight.name, info, i) + "not a finite number");
      }
    }
  }
  return result;
}

}  // namespace divisi::nn
