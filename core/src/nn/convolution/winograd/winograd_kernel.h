// WinogradKernel: the transformed weights of a Winograd convolution, in panels for matrix products.
//
// A transformed kernel is two to five times as large as the kernel. Small ones are transformed once
// and kept so; of large ones a panel is transformed whenever it is needed, which costs little
// because the layers with the large kernels have few pixels, and they stay as small as in the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/float_buffer.h"
#include "nn/convolution/fused_convolution.h"
#include "nn/convolution/winograd/winograd_transform.h"

namespace divisi::nn {

struct KernelShape {
  size_t outputs = 0;  ///< a multiple of kPanelColumns
  size_t height = 0;
  size_t width = 0;
  size_t channels = 0;
};

class WinogradKernel {
 public:
  /// @param keepTransformed transform now rather than at each use
  /// @return false when memory ran out
  bool create(const KernelShape& shape, const AxisFilter& vertical, const AxisFilter& horizontal,
              const ConvolutionWeights& weights, bool keepTransformed);

  /// Floats of scratch memory for panelRow(); 0 if the kernel is kept transformed.
  [[nodiscard]] size_t scratchElements() const;

  /// Gets the panel of eight outputs ready for panelRow().
  void openPanel(size_t panel, float* scratch) const;

  /// The transformed weights of a panel at vertical point `u`: [horizontal points][channels][8].
  /// They may lie in `scratch` until the next call.
  const float* panelRow(size_t panel, size_t u, float* scratch) const;

  /// Factors that the sums of output `o` are still to be multiplied with; empty: none.
  [[nodiscard]] std::span<const float> scales() const { return scales_; }

 private:
  void transformRow(const float* panel, size_t u, float* between, float* target) const;

  KernelShape shape_;
  SparseMatrix vertical_;
  SparseMatrix horizontal_;
  bool isTransformed_ = false;
  FloatBuffer floats_;         // transformed [panel][u][v][channels][8], or as below
  std::vector<int8_t> bytes_;  // [panel][height][width][channels][8]
  std::vector<float> scales_;
};

}  // namespace divisi::nn
