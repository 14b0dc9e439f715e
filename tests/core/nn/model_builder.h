// Builds divisi model files in memory, valid ones and damaged ones, for the tests of nn/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace divisi::nn::test {

using nlohmann::json;

/// kI8 takes values that are integers; their scales are a tensor of their own.
enum class StoredAs { kF32, kF16, kI8 };

inline const char* dtypeName(StoredAs as) {
  if (as == StoredAs::kI8) return "I8";
  return as == StoredAs::kF32 ? "F32" : "F16";
}

/// float32 to half precision by search over the exponent; slow and obvious. Ties to even.
inline uint16_t toHalf(float value) {
  uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  const auto sign = static_cast<uint16_t>((bits >> 16U) & 0x8000U);
  const float magnitude = value < 0 ? -value : value;
  uint16_t best = 0;
  // Half values grow with their bit patterns: binary search for the largest not above.
  uint16_t low = 0;
  uint16_t high = 0x7C00;
  const auto widen = [](uint16_t half) {
    const int exponent = (half >> 10U) & 0x1F;
    const int mantissa = half & 0x3FF;
    if (exponent == 0) return std::ldexp(static_cast<double>(mantissa), -24);
    return std::ldexp(1024.0 + mantissa, exponent - 25);
  };
  while (low < high) {
    const auto middle = static_cast<uint16_t>((low + high + 1) / 2);
    if (widen(middle) <= magnitude) {
      low = middle;
    } else {
      high = static_cast<uint16_t>(middle - 1);
    }
  }
  best = low;
  const auto next = static_cast<uint16_t>(low + 1);
  const double below = magnitude - widen(low);
  const double above = widen(next) - magnitude;
  if (above < below || (above == below && (low & 1U) != 0)) best = next;
  return static_cast<uint16_t>(sign | best);
}

struct StoredTensor {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;
  StoredAs as = StoredAs::kF32;
};

/// A model as its parts. Tests damage the parts, or the bytes.
struct ModelBuilder {
  json task = {{"version", 1}, {"task", "test"}};
  json graph = {{"version", 1},
                {"inputs", json::array()},
                {"outputs", json::array()},
                {"nodes", json::array()}};
  json card = {{"version", 1}, {"name", "test"}};
  std::vector<StoredTensor> tensors;

  ModelBuilder& input(const std::string& name, const std::vector<int64_t>& shape) {
    graph["inputs"].push_back({{"name", name}, {"shape", shape}});
    return *this;
  }

  ModelBuilder& output(const std::string& name, const std::string& value) {
    graph["outputs"].push_back({{"name", name}, {"value", value}});
    return *this;
  }

  ModelBuilder& node(const std::string& op, const std::vector<std::string>& inputs,
                     const std::string& output, json attributes = json::object(),
                     json weights = json::object()) {
    json entry = {{"op", op}, {"inputs", inputs}, {"output", output}};
    if (!attributes.empty()) entry["attributes"] = std::move(attributes);
    if (!weights.empty()) entry["weights"] = std::move(weights);
    graph["nodes"].push_back(std::move(entry));
    return *this;
  }

  ModelBuilder& tensor(const std::string& name, const std::vector<int64_t>& shape,
                       std::vector<float> values, StoredAs as = StoredAs::kF32) {
    tensors.push_back({name, shape, std::move(values), as});
    return *this;
  }

  /// The header with offsets for the tensors as they stand, and the data.
  [[nodiscard]] std::pair<json, std::vector<std::byte>> parts() const {
    json header;
    header["__metadata__"] = {
        {"divisi.task", task.dump()}, {"divisi.graph", graph.dump()}, {"divisi.card", card.dump()}};
    std::vector<std::byte> data;
    for (const StoredTensor& tensor : tensors) {
      const size_t begin = data.size();
      for (const float value : tensor.values) {
        if (tensor.as == StoredAs::kF32) {
          append(data, value);
        } else if (tensor.as == StoredAs::kI8) {
          append(data, static_cast<int8_t>(value));
        } else {
          append(data, toHalf(value));
        }
      }
      header[tensor.name] = {{"dtype", dtypeName(tensor.as)},
                             {"shape", tensor.shape},
                             {"data_offsets", {begin, data.size()}}};
    }
    return {header, data};
  }

  [[nodiscard]] std::vector<std::byte> bytes() const {
    const auto [header, data] = parts();
    return file(header.dump(), data);
  }

  /// A file from a header's text and data.
  static std::vector<std::byte> file(const std::string& header,
                                     const std::vector<std::byte>& data) {
    std::vector<std::byte> bytes;
    append(bytes, static_cast<uint64_t>(header.size()));
    for (const char c : header) bytes.push_back(static_cast<std::byte>(c));
    bytes.insert(bytes.end(), data.begin(), data.end());
    return bytes;
  }

  template <typename T>
  static void append(std::vector<std::byte>& bytes, T value) {
    const size_t at = bytes.size();
    bytes.resize(at + sizeof(T));
    std::memcpy(bytes.data() + at, &value, sizeof(T));
  }
};

/// Reproducible random numbers, uniform in +-1.
class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}

  std::vector<float> floats(size_t count, float scale = 1) {
    std::vector<float> values(count);
    for (float& value : values) value = scale * (2 * unit() - 1);
    return values;
  }

  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(engine_() % static_cast<uint64_t>(high - low + 1));
  }

 private:
  float unit() { return static_cast<float>(engine_() >> 8U) / 16777216.0F; }
  std::mt19937 engine_;
};

inline size_t elements(const std::vector<int64_t>& shape) {
  size_t count = 1;
  for (const int64_t dim : shape) count *= static_cast<size_t>(dim);
  return count;
}

}  // namespace divisi::nn::test
