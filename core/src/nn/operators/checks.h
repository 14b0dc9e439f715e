// Shape rules of the operators, for the table in operators.cpp. Each checks the shapes of inputs
// and weights and returns the shape of the result, which is within kMaxElements.
#pragma once

#include <span>
#include <string>

#include "divisi/status.h"
#include "nn/graph/graph.h"

namespace divisi::nn {

using InputShapes = std::span<const Shape* const>;

Result<Shape> inferSame(const Node& node, InputShapes inputs, const std::string& where);
Result<Shape> inferConv2d(const Node& node, InputShapes inputs, const std::string& where);
Result<Shape> inferTransposedConv2d(const Node& node, InputShapes inputs, const std::string& where);
Result<Shape> inferAffine(const Node& node, InputShapes inputs, const std::string& where);
Result<Shape> inferConcat(const Node& node, InputShapes inputs, const std::string& where);
Result<Shape> inferPad(const Node& node, InputShapes inputs, const std::string& where);
Result<Shape> inferMaxPool(const Node& node, InputShapes inputs, const std::string& where);
Result<Shape> inferReduce(const Node& node, InputShapes inputs, const std::string& where);
Result<Shape> inferDense(const Node& node, InputShapes inputs, const std::string& where);
Result<Shape> inferReshape(const Node& node, InputShapes inputs, const std::string& where);
Result<Shape> inferTranspose(const Node& node, InputShapes inputs, const std::string& where);

}  // namespace divisi::nn
