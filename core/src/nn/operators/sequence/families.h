// The operators over sequences, for their family's table.
#pragma once

#include <span>

#include "nn/operators/operator.h"

namespace divisi::nn {

[[nodiscard]] Operator attention();
[[nodiscard]] Operator lstm();
[[nodiscard]] Operator gru();

}  // namespace divisi::nn
