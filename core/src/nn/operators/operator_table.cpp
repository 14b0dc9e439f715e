#include "nn/operators/operator_table.h"

namespace divisi::nn {
const Operator* findOperator(std::string_view name) {
  for (const OperatorFamily family : operatorFamilies()) {
    for (const Operator& op : family()) {
      if (op.name == name) return &op;
    }
  }
  return nullptr;
}

}  // namespace divisi::nn
