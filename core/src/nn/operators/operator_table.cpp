#include "nn/operators/operator_table.h"

#include <array>

namespace divisi::nn {
namespace {

constexpr std::array kFamilies = {activations, arithmetic,     convolutions, dense,
                                  layouts,     normalisations, pooling};

}  // namespace

const Operator* findOperator(std::string_view name) {
  for (const auto family : kFamilies) {
    for (const Operator& op : family()) {
      if (op.name == name) return &op;
    }
  }
  return nullptr;
}

}  // namespace divisi::nn
