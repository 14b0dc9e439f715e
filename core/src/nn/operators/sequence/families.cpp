#include "nn/operators/sequence/families.h"

#include "nn/operators/operator_table.h"

namespace divisi::nn {

std::span<const Operator> sequences() {
  static const std::vector<Operator> rows = {attention(), lstm(), gru()};
  return rows;
}

}  // namespace divisi::nn
