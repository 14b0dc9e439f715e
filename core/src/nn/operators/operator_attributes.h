// Readers of the operators' attributes, for the table in operators.cpp.
#pragma once

#include <string>

#include "base/json.h"
#include "divisi/status.h"
#include "nn/graph/graph.h"

namespace divisi::nn {

Status readNone(const Json& object, const std::string& where, Node& node);
Status readConv2d(const Json& object, const std::string& where, Node& node);
Status readTransposedConv2d(const Json& object, const std::string& where, Node& node);
Status readLeakyRelu(const Json& object, const std::string& where, Node& node);
Status readElu(const Json& object, const std::string& where, Node& node);
Status readOptionalAxis(const Json& object, const std::string& where, Node& node);
Status readRequiredAxis(const Json& object, const std::string& where, Node& node);
Status readPad(const Json& object, const std::string& where, Node& node);
Status readMaxPool(const Json& object, const std::string& where, Node& node);
Status readDense(const Json& object, const std::string& where, Node& node);
Status readReshape(const Json& object, const std::string& where, Node& node);
Status readTranspose(const Json& object, const std::string& where, Node& node);

}  // namespace divisi::nn
