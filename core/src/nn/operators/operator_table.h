// Readers of the operators' attributes, for the table in operators.cpp. Faults are in the fields.
#pragma once

#include "base/json_fields.h"
#include "nn/graph/graph.h"

namespace divisi::nn {

void readNone(JsonFields& fields, Node& node);
void readConv2d(JsonFields& fields, Node& node);
void readTransposedConv2d(JsonFields& fields, Node& node);
void readLeakyRelu(JsonFields& fields, Node& node);
void readElu(JsonFields& fields, Node& node);
void readOptionalAxis(JsonFields& fields, Node& node);
void readRequiredAxis(JsonFields& fields, Node& node);
void readPad(JsonFields& fields, Node& node);
void readMaxPool(JsonFields& fields, Node& node);
void readDense(JsonFields& fields, Node& node);
void readReshape(JsonFields& fields, Node& node);
void readTranspose(JsonFields& fields, Node& node);

}  // namespace divisi::nn
