// Functions of each element by itself, of one value or of two.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace divisi::nn {

/// What a function of the model format has beside its arguments: bounds, slope and offset.
using Parameters = std::array<float, 2>;

/// Elements side by side. Up to three floats behind the last one are read, and thrown away.
using UnaryRow = void (*)(const float* x, float* y, size_t count, const Parameters& parameters);

/// The elements of one operand side by side: a `step` of 0 takes the same element for all of them.
struct Operand {
  const float* values;
  size_t step;
};
using BinaryRow = void (*)(Operand a, Operand b, float* y, size_t count);

/// The function that computes the operator of that name, or null.
[[nodiscard]] UnaryRow unaryRow(std::string_view name);
[[nodiscard]] BinaryRow binaryRow(std::string_view name);

}  // namespace divisi::nn
