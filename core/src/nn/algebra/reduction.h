// Sums and extremes along axes of an array.
#pragma once

#include <vector>

#include "nn/algebra/axes.h"

namespace divisi::nn {

enum class Reduction { kSum, kMaximum, kMinimum };

/// Only the first of an axis's strides counts. Both lists are merged().
struct ReductionPlan {
  Reduction kind = Reduction::kSum;
  double factor = 1;  ///< of a sum
  std::vector<Axis> kept;
  std::vector<Axis> reduced;
};

/// Sums are in double. Up to three floats behind the last element of x are read, and thrown away.
void reduceAxes(const ReductionPlan& plan, const float* x, float* y);

}  // namespace divisi::nn
