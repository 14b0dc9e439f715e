// Recurrent layers: LSTM and GRU over the steps of one direction, for several sequences at a time.
#pragma once

#include <cstddef>

#include "base/float_buffer.h"
#include "nn/product/panel_kernel.h"

namespace divisi::nn {

enum class CellKind { kLstm, kGru };

struct CellShape {
  CellKind kind = CellKind::kLstm;
  size_t sequences = 1;
  size_t steps = 1;
  size_t inputs = 0;        ///< of a step
  size_t units = 0;         ///< of the state
  size_t resultStride = 0;  ///< from step to step of the result, in floats
  bool isBackward = false;
  bool resetAfter = true;  ///< gru, as hasHardGates: as in FORMAT.md
  bool hasHardGates = false;

  /// Sums that a step makes of each sequence: the gates i, f, g, o of an LSTM; z, r, h of a GRU.
  [[nodiscard]] size_t sums() const { return (kind == CellKind::kLstm ? 4 : 3) * units; }
  /// Floats of state: h of each sequence, then for an LSTM c.
  [[nodiscard]] size_t stateElements() const {
    return (kind == CellKind::kLstm ? 2 : 1) * sequences * units;
  }
};

/// The weights of one direction.
struct CellWeights {
  PanelKernel kernel;         ///< of sums() outputs
  PanelKernel recurrent;      ///< of those of a GRU that don't see the reset state, all of an LSTM
  PanelKernel candidate;      ///< of the rest: h of a GRU
  FloatBuffer bias;           ///< of sums(): all of an LSTM; of a GRU with those of z, r
  FloatBuffer candidateBias;  ///< of a GRU: [units], within the recurrent product
};

/// Floats of scratch memory for runCell().
[[nodiscard]] size_t cellScratch(const CellShape& shape, const CellWeights& weights);

/// @param input [sequence][step][inputs]
/// @param state is read and left as it is behind the last step
/// @param result [sequence][step][resultStride], of which `units` are written
void runCell(const CellShape& shape, const CellWeights& weights, const float* input, float* state,
             float* result, float* scratch);

}  // namespace divisi::nn
