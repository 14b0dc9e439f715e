#include "nn/graph/safetensors.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/json_fields.h"
#include "base/order.h"
#include "base/text.h"

namespace divisi::nn {
namespace {

constexpr size_t kLengthBytes = 8;

// Spleeter's header is 40 kB. A longer one is damage or an attack on the parser's memory.
constexpr uint64_t kMaxHeaderBytes = uint64_t{16} << 20U;

// Elements of a stored tensor; times the largest dtype this still fits 32 bits.
constexpr int64_t kMaxStoredElements = kMaxElements;

// What the format defines besides F32, F16 and I8.
constexpr std::array<std::string_view, 12> kOtherDTypes = {
    "BOOL", "U8", "F8_E5M2", "F8_E4M3", "I16", "U16", "BF16", "I32", "U32", "F64", "I64", "U64"};

uint64_t readLittleEndian64(std::span<const std::byte> bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < kLengthBytes; ++i) {
    value |= static_cast<uint64_t>(std::to_integer<uint8_t>(bytes[i])) << (8 * i);
  }
  return value;
}

Result<DType> parseDType(const std::string& name, const std::string& where) {
  if (name == "F32") return DType::kF32;
  if (name == "F16") return DType::kF16;
  if (name == "I8") return DType::kI8;
  if (std::ranges::find(kOtherDTypes, name) != kOtherDTypes.end()) {
    return unsupported(where + ": dtype " + name + " is not one divisi reads (F32, F16, I8)");
  }
  return badModel(where + ": unknown dtype " + quote(name));
}

Result<TensorInfo> parseTensor(const Json& entry, const std::string& where, size_t dataStart,
                               size_t dataBytes) {
  if (!entry.is_object()) return badModel(where + " must be an object, got " + excerpt(entry));
  JsonFields fields(entry, where + ": ");
  const std::string dtypeName = fields.text("dtype");
  TensorInfo info;
  info.shape = fields.integers("shape", 0, 1, kMaxStoredElements);
  const auto range = fields.integers("data_offsets", 2, 0, INT64_MAX);
  if (!fields.status().ok()) return fields.status();
  const auto dtype = parseDType(dtypeName, where);
  if (!dtype.ok()) return dtype.status();
  info.dtype = dtype.value();
  const auto elements = product(info.shape, kMaxStoredElements);
  if (!elements) {
    return badModel(where + ": shape " + shapeText(info.shape) + " has more than " +
                    std::to_string(kMaxStoredElements) + " elements");
  }

  const auto begin = static_cast<uint64_t>(range[0]);
  const auto end = static_cast<uint64_t>(range[1]);
  const std::string rangeText = where + ": data_offsets " + shapeText(range);
  if (begin > end) return badModel(rangeText + " run backwards");
  if (end > dataBytes) {
    return badModel(rangeText + " reach past the end of the file, which has " +
                    std::to_string(dataBytes) + " bytes of tensor data");
  }
  const uint64_t expected = static_cast<uint64_t>(*elements) * byteSize(info.dtype);
  if (end - begin != expected) {
    return badModel(rangeText + " span " + std::to_string(end - begin) + " bytes, but shape " +
                    shapeText(info.shape) + " needs " + std::to_string(expected));
  }
  info.begin = dataStart + static_cast<size_t>(begin);
  info.end = dataStart + static_cast<size_t>(end);
  return info;
}

// Bytes that belong to two tensors, or to none, mean that the header and the data disagree.
Status checkTiling(const Safetensors& file, size_t dataStart, size_t fileBytes) {
  std::vector<const std::pair<const std::string, TensorInfo>*> entries;
  std::vector<uint64_t> begins;
  for (const auto& entry : file.tensors) {
    entries.push_back(&entry);
    begins.push_back(entry.second.begin);
  }
  size_t covered = dataStart;
  const std::string* before = nullptr;  // null: the header
  const auto nameOf = [](const std::string* name) {
    return name == nullptr ? std::string("the header") : "tensor " + quote(*name);
  };
  for (const size_t index : risingOrder(begins)) {
    const auto* entry = entries[index];
    const TensorInfo& info = entry->second;
    if (info.begin < covered) {
      return badModel(nameOf(&entry->first) + " at byte " + std::to_string(info.begin) +
                      " overlaps " + nameOf(before) + ", which ends at byte " +
                      std::to_string(covered));
    }
    if (info.begin > covered) {
      return badModel("a gap of " + std::to_string(info.begin - covered) + " bytes between " +
                      nameOf(before) + " and " + nameOf(&entry->first) + " at byte " +
                      std::to_string(info.begin));
    }
    covered = info.end;
    before = &entry->first;
  }
  if (covered != fileBytes) {
    return badModel("the file has " + std::to_string(fileBytes - covered) +
                    " bytes behind the last tensor, which ends at byte " + std::to_string(covered));
  }
  return {};
}

}  // namespace

Result<Safetensors> Safetensors::parse(std::span<const std::byte> file) {
  if (file.size() < kLengthBytes) {
    return badModel("not a safetensors file: " + std::to_string(file.size()) +
                    " bytes, and the header's length alone takes 8");
  }
  const uint64_t headerBytes = readLittleEndian64(file);
  if (headerBytes > kMaxHeaderBytes) {
    return badModel("not a safetensors file: the header would have " + std::to_string(headerBytes) +
                    " bytes, more than the limit of " + std::to_string(kMaxHeaderBytes));
  }
  if (headerBytes > file.size() - kLengthBytes) {
    return badModel("the file is cut short: the header has " + std::to_string(headerBytes) +
                    " bytes, but only " + std::to_string(file.size() - kLengthBytes) + " follow");
  }
  const size_t dataStart = kLengthBytes + static_cast<size_t>(headerBytes);
  const std::string_view text(reinterpret_cast<const char*>(file.data()) + kLengthBytes,
                              static_cast<size_t>(headerBytes));
  auto parsed = parseObject(text, "header");
  if (!parsed.ok()) return parsed.status();
  const Json& header = parsed.value();

  Safetensors result;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      if (!entry.is_object()) return badModel("header: '__metadata__' must be an object");
      for (const auto& [key, value] : entry.items()) {
        if (!value.is_string()) {
          return badModel("header: the metadata " + quote(key) + " must be a string, got " +
                          excerpt(value));
        }
        result.metadata.emplace(key, value.get_ref<const std::string&>());
      }
      continue;
    }
    auto tensor = parseTensor(entry, "tensor " + quote(name), dataStart, file.size() - dataStart);
    if (!tensor.ok()) return tensor.status();
    result.tensors.emplace(name, std::move(tensor.value()));
  }
  Status status = checkTiling(result, dataStart, file.size());
  if (!status.ok()) return status;
  return result;
}

}  // namespace divisi::nn
