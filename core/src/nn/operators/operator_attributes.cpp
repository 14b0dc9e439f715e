#include "nn/operators/operator_attributes.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace divisi::nn {
namespace {

// No spectrogram network comes near; sums and products of a few of these fit 64 bits easily.
constexpr int64_t kMaxExtent = 65536;

Status missing(const std::string& where, const char* key) {
  return badModel(where + ": the attribute '" + key + "' is missing");
}

template <size_t N>
Status readIntegers(const Json& object, const char* key, int64_t lowest, const std::string& where,
                    std::array<int64_t, N>& out) {
  const Json* value = find(object, key);
  if (value == nullptr) return {};
  const auto list = integerList(*value, N, lowest, kMaxExtent, where + ": '" + key + "'");
  if (!list.ok()) return list.status();
  std::copy(list.value().begin(), list.value().end(), out.begin());
  return {};
}

Status readActivation(const Json& object, const std::string& where, Node& node) {
  if (find(object, "activation") == nullptr) return {};
  const auto name = stringMember(object, "activation", where);
  if (!name.ok()) return name.status();
  if (name.value() == "relu") {
    node.attributes.activation = Activation::kRelu;
  } else if (name.value() != "none") {
    return unsupported(where + ": unknown activation " + quote(name.value()) +
                       " (known: 'none', 'relu')");
  }
  return {};
}

Status readFactor(const Json& value, const char* key, const std::string& where, float& out) {
  const auto number = numberValue(value, where + ": '" + key + "'");
  if (!number.ok()) return number.status();
  out = static_cast<float>(number.value());
  if (!std::isfinite(out)) {
    return badModel(where + ": '" + key + "' does not fit float32: " + excerpt(value));
  }
  return {};
}

Status readAxis(const Json& value, const std::string& where, Node& node) {
  const auto axis = integerValue(value, -static_cast<int64_t>(kMaxRank),
                                 static_cast<int64_t>(kMaxRank) - 1, where + ": 'axis'");
  if (!axis.ok()) return axis.status();
  node.attributes.axis = axis.value();
  return {};
}

}  // namespace

Status readNone(const Json&, const std::string&, Node&) { return {}; }

Status readConv2d(const Json& object, const std::string& where, Node& node) {
  Attributes& attributes = node.attributes;
  Status status = readIntegers(object, "stride", 1, where, attributes.stride);
  if (status.ok()) status = readIntegers(object, "dilation", 1, where, attributes.dilation);
  if (status.ok()) status = readIntegers(object, "padding", 0, where, attributes.padding);
  if (status.ok()) status = readActivation(object, where, node);
  return status;
}

Status readTransposedConv2d(const Json& object, const std::string& where, Node& node) {
  Attributes& attributes = node.attributes;
  if (find(object, "stride") == nullptr) return missing(where, "stride");
  Status status = readIntegers(object, "stride", 1, where, attributes.stride);
  if (status.ok()) status = readIntegers(object, "crop", 0, where, attributes.padding);
  if (status.ok()) status = readActivation(object, where, node);
  return status;
}

Status readLeakyRelu(const Json& object, const std::string& where, Node& node) {
  const Json* slope = find(object, "slope");
  if (slope == nullptr) return missing(where, "slope");
  return readFactor(*slope, "slope", where, node.attributes.factor);
}

Status readElu(const Json& object, const std::string& where, Node& node) {
  node.attributes.factor = 1;
  const Json* alpha = find(object, "alpha");
  if (alpha == nullptr) return {};
  Status status = readFactor(*alpha, "alpha", where, node.attributes.factor);
  if (!status.ok()) return status;
  // XNNPACK's kernels fold the factor into an exponent, for which it must be a normal number.
  if (node.attributes.factor <= 0 || !std::isnormal(node.attributes.factor)) {
    return badModel(where + ": 'alpha' must be above 0, got " + excerpt(*alpha));
  }
  return {};
}

Status readOptionalAxis(const Json& object, const std::string& where, Node& node) {
  const Json* axis = find(object, "axis");
  return axis == nullptr ? Status() : readAxis(*axis, where, node);
}

Status readRequiredAxis(const Json& object, const std::string& where, Node& node) {
  const Json* axis = find(object, "axis");
  return axis == nullptr ? missing(where, "axis") : readAxis(*axis, where, node);
}

Status readPad(const Json& object, const std::string& where, Node& node) {
  if (find(object, "padding") == nullptr) return missing(where, "padding");
  return readIntegers(object, "padding", 0, where, node.attributes.padding);
}

Status readMaxPool(const Json& object, const std::string& where, Node& node) {
  Attributes& attributes = node.attributes;
  if (find(object, "size") == nullptr) return missing(where, "size");
  Status status = readIntegers(object, "size", 1, where, attributes.size);
  if (!status.ok()) return status;
  attributes.stride = attributes.size;
  status = readIntegers(object, "stride", 1, where, attributes.stride);
  if (!status.ok()) return status;
  if (attributes.stride[0] > attributes.size[0] || attributes.stride[1] > attributes.size[1]) {
    return unsupported(where + ": a 'stride' of " + shapeText(attributes.stride) +
                       " that skips over part of the input, with a 'size' of " +
                       shapeText(attributes.size));
  }
  return {};
}

Status readDense(const Json& object, const std::string& where, Node& node) {
  return readActivation(object, where, node);
}

Status readReshape(const Json& object, const std::string& where, Node& node) {
  const Json* shape = find(object, "shape");
  if (shape == nullptr) return missing(where, "shape");
  auto dims = integerList(*shape, 0, -1, kMaxElements, where + ": 'shape'");
  if (!dims.ok()) return dims.status();
  const auto& list = dims.value();
  if (list.empty() || list.size() > kMaxRank) {
    return badModel(where + ": 'shape' must have 1 to " + std::to_string(kMaxRank) +
                    " dimensions, got " + std::to_string(list.size()));
  }
  if (std::count(list.begin(), list.end(), -1) > 1 ||
      std::find(list.begin(), list.end(), 0) != list.end()) {
    return badModel(where + ": 'shape' " + shapeText(list) +
                    " must have dimensions of 1 or more and at most one -1");
  }
  node.attributes.dims = list;
  return {};
}

Status readTranspose(const Json& object, const std::string& where, Node& node) {
  const Json* permutation = find(object, "permutation");
  if (permutation == nullptr) return missing(where, "permutation");
  auto axes = integerList(*permutation, 0, 0, static_cast<int64_t>(kMaxRank) - 1,
                          where + ": 'permutation'");
  if (!axes.ok()) return axes.status();
  std::vector<int64_t> sorted = axes.value();
  std::sort(sorted.begin(), sorted.end());
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i] != static_cast<int64_t>(i)) {
      return badModel(where + ": 'permutation' " + shapeText(axes.value()) +
                      " does not name each axis once");
    }
  }
  node.attributes.dims = std::move(axes.value());
  return {};
}

}  // namespace divisi::nn
