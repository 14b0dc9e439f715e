#include "nn/operators/operator_attributes.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace divisi::nn {
namespace {

// No spectrogram network comes near; sums and products of a few of these fit 64 bits easily.
constexpr int64_t kMaxExtent = 65536;

template <size_t N>
void readExtents(JsonFields& fields, const char* key, int64_t lowest, std::array<int64_t, N>& out) {
  const auto list = fields.integers(key, N, lowest, kMaxExtent);
  if (list.size() == N) std::copy(list.begin(), list.end(), out.begin());
}

template <size_t N>
void readOptionalExtents(JsonFields& fields, const char* key, int64_t lowest,
                         std::array<int64_t, N>& out) {
  if (fields.has(key)) readExtents(fields, key, lowest, out);
}

void readActivation(JsonFields& fields, Node& node) {
  if (!fields.has("activation")) return;
  const std::string name = fields.text("activation");
  if (name == "relu") {
    node.attributes.activation = Activation::kRelu;
  } else if (name != "none") {
    fields.fail(unsupported(fields.name("activation") + " " + quote(name) +
                            " is unknown (known: 'none', 'relu')"));
  }
}

void readFactor(JsonFields& fields, const char* key, float& out) {
  const double number = fields.number(key);
  out = static_cast<float>(number);
  if (!std::isfinite(out)) fields.fail(key, "a number that fits float32", number);
}

void readAxis(JsonFields& fields, Node& node) {
  constexpr auto kRank = static_cast<int64_t>(kMaxRank);
  node.attributes.axis = fields.integer("axis", -kRank, kRank - 1);
}

}  // namespace

void readNone(JsonFields&, Node&) {}

void readConv2d(JsonFields& fields, Node& node) {
  Attributes& attributes = node.attributes;
  readOptionalExtents(fields, "stride", 1, attributes.stride);
  readOptionalExtents(fields, "dilation", 1, attributes.dilation);
  readOptionalExtents(fields, "padding", 0, attributes.padding);
  readActivation(fields, node);
}

void readTransposedConv2d(JsonFields& fields, Node& node) {
  readExtents(fields, "stride", 1, node.attributes.stride);
  readOptionalExtents(fields, "crop", 0, node.attributes.padding);
  readActivation(fields, node);
}

void readLeakyRelu(JsonFields& fields, Node& node) {
  readFactor(fields, "slope", node.attributes.factor);
}

void readElu(JsonFields& fields, Node& node) {
  float& alpha = node.attributes.factor;
  alpha = 1;
  if (!fields.has("alpha")) return;
  readFactor(fields, "alpha", alpha);
  // XNNPACK's kernels fold the factor into an exponent, for which it must be a normal number.
  if (alpha <= 0 || !std::isnormal(alpha)) fields.fail("alpha", "above 0", alpha);
}

void readOptionalAxis(JsonFields& fields, Node& node) {
  if (fields.has("axis")) readAxis(fields, node);
}

void readRequiredAxis(JsonFields& fields, Node& node) { readAxis(fields, node); }

void readPad(JsonFields& fields, Node& node) {
  readExtents(fields, "padding", 0, node.attributes.padding);
}

void readMaxPool(JsonFields& fields, Node& node) {
  Attributes& attributes = node.attributes;
  readExtents(fields, "size", 1, attributes.size);
  attributes.stride = attributes.size;
  readOptionalExtents(fields, "stride", 1, attributes.stride);
  if (attributes.stride[0] > attributes.size[0] || attributes.stride[1] > attributes.size[1]) {
    fields.fail(unsupported(fields.name("stride") + " " + shapeText(attributes.stride) +
                            " skips over part of the input, with a 'size' of " +
                            shapeText(attributes.size)));
  }
}

void readDense(JsonFields& fields, Node& node) { readActivation(fields, node); }

void readReshape(JsonFields& fields, Node& node) {
  auto& dims = node.attributes.dims;
  dims = fields.integers("shape", 0, -1, kMaxElements);
  if (dims.empty() || dims.size() > kMaxRank) {
    fields.fail("shape", " must have 1 to " + std::to_string(kMaxRank) + " dimensions, got " +
                             std::to_string(dims.size()));
  }
  if (std::ranges::count(dims, -1) > 1 || std::ranges::count(dims, 0) > 0) {
    fields.fail("shape",
                " " + shapeText(dims) + " must have dimensions of 1 or more and at most one -1");
  }
}

void readTranspose(JsonFields& fields, Node& node) {
  auto& axes = node.attributes.dims;
  axes = fields.integers("permutation", 0, 0, static_cast<int64_t>(kMaxRank) - 1);
  for (size_t i = 0; i < axes.size(); ++i) {
    if (std::ranges::count(axes, static_cast<int64_t>(i)) != 1) {
      fields.fail("permutation", " " + shapeText(axes) + " does not name each axis once");
    }
  }
}

}  // namespace divisi::nn
