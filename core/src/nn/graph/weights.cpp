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

Status notFinite(const Weight& weight, size_t index) {
  return badModel(elementText(weight.name, *weight.tensor, index) + "not a finite number");
}

// Integers that expand() would accept.
Status checkQuantised(std::span<const std::byte> file, const Weight& weight) {
  const TensorInfo& info = *weight.tensor;
  const size_t channels = elementCount(*weight.scale);
  const size_t perChannel = elementCount(info) / channels;
  for (size_t channel = 0; channel < channels; ++channel) {
    const auto scale = load<float>(file.data() + weight.scale->begin, channel);
    if (!std::isfinite(scale) || scale <= 0) {
      return badModel(elementText(weight.name + ".scale", *weight.scale, channel) +
                      "not a finite number above 0");
    }
    for (size_t i = channel * perChannel; i < (channel + 1) * perChannel; ++i) {
      const auto value = load<int8_t>(file.data() + info.begin, i);
      if (value < kLowestQuantised) {
        return badModel(elementText(weight.name, info, i) +
                        "-128, below the least that is allowed");
      }
      if (!std::isfinite(scale * static_cast<float>(value))) return notFinite(weight, i);
    }
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
    if (!std::isfinite(out[i])) return notFinite(weight, i);
  }
  return buffer;
}

// One output channel after the other, each with its own scale.
Result<QuantisedWeight> readQuantised(std::span<const std::byte> file, const Weight& weight) {
  if (Status status = checkQuantised(file, weight); !status.ok()) return status;
  QuantisedWeight result;
  result.values.resize(elementCount(*weight.tensor));
  result.scales.resize(elementCount(*weight.scale));
  std::memcpy(result.values.data(), file.data() + weight.tensor->begin, result.values.size());
  std::memcpy(result.scales.data(), file.data() + weight.scale->begin,
              result.scales.size() * sizeof(float));
  return result;
}

Result<KernelSource> kernelSource(std::span<const std::byte> file, const Weight& weight) {
  const TensorInfo& info = *weight.tensor;
  KernelSource source = {.values = file.data() + info.begin};
  if (info.dtype == DType::kI8) {
    if (Status status = checkQuantised(file, weight); !status.ok()) return status;
    source.format = KernelFormat::kByte;
    source.scales = file.data() + weight.scale->begin;
    return source;
  }
  const bool isHalf = info.dtype == DType::kF16;
  source.format = isHalf ? KernelFormat::kHalf : KernelFormat::kFloat;
  for (size_t i = 0; i < elementCount(info); ++i) {
    const float value = isHalf ? fp16_ieee_to_fp32_value(load<uint16_t>(source.values, i))
                               : load<float>(source.values, i);
    if (!std::isfinite(value)) return notFinite(weight, i);
  }
  return source;
}

}  // namespace divisi::nn
