#include "nn/xnnpack/builder.h"

#include <algorithm>

#include "base/text.h"
#include "nn/graph/weights.h"

namespace divisi::nn {
namespace {

static_assert(FloatBuffer::kSlackBytes >= XNN_EXTRA_BYTES);

std::vector<size_t> toSizes(const Shape& dims) {
  std::vector<size_t> sizes;
  sizes.reserve(dims.size());
  for (const int64_t dim : dims) sizes.push_back(static_cast<size_t>(dim));
  return sizes;
}

}  // namespace

Shape canonical(const Shape& shape) {
  if (shape.size() != 3) return shape;
  return {1, shape[0], shape[1], shape[2]};
}

Status statusOf(xnn_status status, const std::string& where) {
  switch (status) {
    case xnn_status_success:
      return {};
    case xnn_status_out_of_memory:
      return {StatusCode::kOutOfMemory, where + ": no memory"};
    case xnn_status_unsupported_hardware:
    case xnn_status_unsupported_parameter:
      return unsupported(where + ": not supported on this processor (XNNPACK status " +
                         std::to_string(status) + ")");
    default:
      return {StatusCode::kInternal, where + ": XNNPACK refused it with status " +
                                         std::to_string(static_cast<int>(status))};
  }
}

Builder::Builder(std::span<const std::byte> file, uint32_t externalCount) : file_(file) {
  xnn_subgraph_t subgraph = nullptr;
  check(xnn_create_subgraph(externalCount, /*flags=*/0, &subgraph));
  subgraph_.reset(subgraph);
}

void Builder::begin(std::string where, const uint32_t* externalResult) {
  where_ = std::move(where);
  externalResult_ = externalResult;
}

void Builder::check(xnn_status status) {
  if (status_.ok()) status_ = statusOf(status, where_);
}

uint32_t Builder::define(const Shape& dims, const void* data, uint32_t externalId, uint32_t flags) {
  uint32_t id = XNN_INVALID_VALUE_ID;
  if (!status_.ok()) return id;
  const auto sizes = toSizes(dims);
  check(xnn_define_tensor_value(subgraph(), xnn_datatype_fp32, sizes.size(), sizes.data(), data,
                                externalId, flags, &id));
  return id;
}

Tensor Builder::input(uint32_t externalId, const Shape& dims) {
  return {define(dims, nullptr, externalId, XNN_VALUE_FLAG_EXTERNAL_INPUT), dims};
}

Tensor Builder::intermediate(const Shape& dims) {
  return {define(dims, nullptr, XNN_INVALID_VALUE_ID, /*flags=*/0), dims};
}

Tensor Builder::result(const Shape& dims) {
  if (externalResult_ == nullptr) return intermediate(dims);
  return {define(dims, nullptr, *externalResult_, XNN_VALUE_FLAG_EXTERNAL_OUTPUT), dims};
}

void Builder::copyToOutput(const Tensor& tensor, uint32_t externalId) {
  const uint32_t id = define(tensor.dims, nullptr, externalId, XNN_VALUE_FLAG_EXTERNAL_OUTPUT);
  if (!status_.ok()) return;
  check(xnn_define_copy(subgraph(), tensor.id, id, /*flags=*/0));
}

Tensor Builder::as(const Tensor& tensor, const Shape& dims) {
  if (!status_.ok() || tensor.dims == dims) return tensor;
  const auto [it, fresh] = reshaped_.try_emplace({tensor.id, dims}, XNN_INVALID_VALUE_ID);
  if (fresh) {
    it->second = intermediate(dims).id;
    if (!status_.ok()) return tensor;
    // Free when nobody else reads `tensor`: XNNPACK then lets both share their memory.
    const auto sizes = toSizes(dims);
    check(xnn_define_static_reshape(subgraph(), sizes.size(), sizes.data(), tensor.id, it->second,
                                    /*flags=*/0));
  }
  return {it->second, dims};
}

FloatBuffer Builder::weight(const Weight& weight) {
  if (!status_.ok()) return {};
  auto buffer = expand(file_, weight);
  if (buffer.ok()) return std::move(buffer.value());
  status_ = Status(buffer.status().code(), where_ + ": " + buffer.status().message());
  return {};
}

FloatBuffer Builder::scratch(size_t elementCount) {
  if (!status_.ok()) return {};
  FloatBuffer buffer(elementCount);
  if (!buffer) check(xnn_status_out_of_memory);
  return buffer;
}

uint32_t Builder::constant(const Shape& dims, FloatBuffer data) {
  const uint32_t id = define(dims, data.data(), XNN_INVALID_VALUE_ID, /*flags=*/0);
  constants_.push_back(std::move(data));
  return id;
}

}  // namespace divisi::nn
