// The table of all operators: one row each, from the file of their family.
#pragma once

#include <span>
#include <string_view>

#include "nn/operators/operator.h"

namespace divisi::nn {

/// The operator of that name, or null.
[[nodiscard]] const Operator* findOperator(std::string_view name);

// The families.
std::span<const Operator> activations();
std::span<const Operator> arithmetic();
std::span<const Operator> convolutions();
std::span<const Operator> dense();
std::span<const Operator> layouts();
std::span<const Operator> normalisations();
std::span<const Operator> pooling();

}  // namespace divisi::nn
