// What the families of operators share: attributes that several have, and checks of shapes.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/float_buffer.h"
#include "base/json_fields.h"
#include "nn/operators/operator.h"

namespace divisi::nn {

/// Lists of strides, paddings, windows: as many integers from `lowest` on as `out` has.
template <size_t N>
void readExtents(JsonFields& fields, const char* key, int64_t lowest, std::array<int64_t, N>& out) {
  // No spectrogram network comes near; sums and products of a few of these fit 64 bits easily.
  constexpr int64_t kMaxExtent = 65536;
  const auto list = fields.integers(key, N, lowest, kMaxExtent);
  if (list.size() == N) std::copy(list.begin(), list.end(), out.begin());
}

template <size_t N>
void readOptionalExtents(JsonFields& fields, const char* key, int64_t lowest,
                         std::array<int64_t, N>& out) {
  if (fields.has(key)) readExtents(fields, key, lowest, out);
}

void readActivation(JsonFields& fields, Node& node);
void readAxis(JsonFields& fields, Node& node);
void readOptionalAxis(JsonFields& fields, Node& node);
/// A number that fits float32.
void readFactor(JsonFields& fields, const char* key, float& out);

/// A name of a mode: one of `names`, the first of which is meant where it is left out.
/// @return its place among them
size_t readMode(JsonFields& fields, const char* key, std::initializer_list<std::string_view> names);

/// All inputs have the shape of the result.
Result<Shape> sameShape(const NodeShapes& shapes);

/// Both inputs are repeated along axes of length 1, and along those that only the other has in
/// front, as in numpy.
Result<Shape> broadcastShape(const NodeShapes& shapes);

/// The node's weight as float32; a fault names the node.
Result<FloatBuffer> weightOf(const StepRequest& request, size_t index);

/// XNNPACK keeps a pointer for each output pixel and kernel tap. Spleeter's largest operator needs
/// 13 million; the limit keeps the table's size in bytes within 32 bits.
inline constexpr int64_t kMaxTaps = int64_t{1} << 28;

/// The shape if it is one that a value may have.
Result<Shape> checked(Shape shape, const std::string& where);

Status needAxis(int64_t axis, const Shape& shape, const std::string& where);
Status needSpatial(const Shape& shape, const std::string& where);
Status needWeight(const Weight& weight, const Shape& expected, const std::string& where);
Status needTaps(int64_t height, int64_t width, const Shape& kernel, const std::string& where);
/// XNNPACK pads outputs and channels to whole vectors when it packs a kernel [outputs, ...,
/// inputs].
Status needPackable(const Weight& kernel, const std::string& where);

/// Positions of a window that covers `window` inputs and moves by `stride`; 0 or less if it is
/// larger than the input.
[[nodiscard]] int64_t positions(int64_t input, int64_t window, int64_t stride);

}  // namespace divisi::nn
