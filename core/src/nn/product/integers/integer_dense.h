// Dense layers whose kernel has 8 bits, in whole numbers: rows are rounded to 16 bits, which loses
// nothing beside what the kernel's 8 have lost.
#pragma once

#include <cstddef>

#include "nn/product/blocked_product.h"
#include "nn/product/integers/integer_kernel.h"

namespace divisi::nn {

/// Floats of scratch memory for multiplyDense().
[[nodiscard]] size_t integerScratch(const IntegerKernel& kernel, size_t rows);

/// As multiplyDense() with a PanelKernel. A row in which not all is finite becomes NaN.
void multiplyDense(const MatrixView& left, const IntegerKernel& kernel, size_t outputs,
                   const DenseFinish& finish, float* result, float* scratch);

}  // namespace divisi::nn
