// The table of all operators: one row each, from the file of their family.
#pragma once

#include <span>
#include <string_view>

#include "nn/operators/operator.h"

namespace divisi::nn {

/// The operator of that name, or null.
[[nodiscard]] const Operator* findOperator(std::string_view name);

using OperatorFamily = std::span<const Operator> (*)();

/// Those that the engine has: whole_engine.cpp and small_engine.cpp say which.
[[nodiscard]] std::span<const OperatorFamily> operatorFamilies();

// All families, of which floatDenseLayers() is for engines without denseLayers().
std::span<const Operator> activations();
std::span<const Operator> arithmetic();
std::span<const Operator> convolutions();
std::span<const Operator> denseLayers();
std::span<const Operator> elementwise();
std::span<const Operator> floatDenseLayers();  ///< without the arithmetic of whole numbers
std::span<const Operator> indexing();
std::span<const Operator> layouts();
std::span<const Operator> normalisations();
std::span<const Operator> pooling();
std::span<const Operator> products();
std::span<const Operator> reductions();
std::span<const Operator> resizing();
std::span<const Operator> sequences();

}  // namespace divisi::nn
