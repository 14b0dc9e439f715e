// The safetensors container: an 8-byte length, a JSON header, raw tensors.
//
// Every number in the header is checked against the bytes that are really there; after parse()
// succeeds, each TensorInfo's range lies inside of the file and has the size that its shape and
// dtype ask for.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>

#include "divisi/status.h"
#include "nn/graph/shape.h"

namespace divisi::nn {

enum class DType { kF32, kF16, kI8 };

[[nodiscard]] constexpr size_t byteSize(DType dtype) {
  switch (dtype) {
    case DType::kF32:
      return 4;
    case DType::kF16:
      return 2;
    case DType::kI8:
      break;
  }
  return 1;
}

struct TensorInfo {
  DType dtype = DType::kF32;
  Shape shape;
  size_t begin = 0;  ///< offset in the file, not necessarily aligned
  size_t end = 0;
};

struct Safetensors {
  std::map<std::string, std::string, std::less<>> metadata;
  std::map<std::string, TensorInfo, std::less<>> tensors;

  /// @return kBadModel with the tensor's name and byte offsets, kUnsupported for a dtype that
  /// safetensors has and divisi has not.
  static Result<Safetensors> parse(std::span<const std::byte> file);
};

}  // namespace divisi::nn
