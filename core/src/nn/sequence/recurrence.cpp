#include "nn/sequence/recurrence.h"

#include <algorithm>
#include <array>

#include "base/integers.h"
#include "base/lanes.h"
#include "nn/algebra/exponential.h"
#include "nn/product/blocked_product.h"
#include "nn/product/matrix_product.h"

namespace divisi::nn {
namespace {

// Floats of sums of inputs that are made ahead of the steps: what a core's own cache holds.
constexpr size_t kAheadElements = size_t{1} << 16;
constexpr size_t kLine = 16;

struct Scratch {
  float* ahead = nullptr;  // [sequence][step of the block][sums], or the first two swapped
  float* expanded = nullptr;
  float* candidates = nullptr;  // of a GRU: [sequence][units], and the state after reset
  float* reset = nullptr;
  size_t elements = 0;
};

size_t stepsAhead(const CellShape& s) {
  return std::clamp<size_t>(kAheadElements / (s.sequences * s.sums()), 1, s.steps);
}

// Whether one product makes the sums of a step of all sequences, instead of those of a sequence's
// steps: whichever has more rows, since each expands the kernel anew.
bool goesByStep(const CellShape& s) { return s.sequences > stepsAhead(s); }

Scratch layOut(const CellShape& s, const CellWeights& weights, float* memory) {
  Scratch scratch;
  const auto take = [&](size_t elements) {
    float* place = memory == nullptr ? nullptr : memory + scratch.elements;
    scratch.elements += roundedUp(elements, kLine);
    return place;
  };
  scratch.ahead = take(s.sequences * stepsAhead(s) * s.sums());
  scratch.expanded = take(denseScratch(weights.kernel));
  if (s.kind == CellKind::kGru) {
    scratch.candidates = take(s.sequences * s.units);
    scratch.reset = take(s.sequences * s.units);
  }
  return scratch;
}

Lanes sigmoid(Lanes x) { return 1.0F / (1.0F + expLanes(-x)); }

// Of the exponential of twice the value; near zero, where that would lose digits, by the series.
Lanes tanhLanes(Lanes x) {
  const Lanes square = x * x;
  const Lanes twice = expLanes(x + x);
  const Lanes far = 1.0F - 2.0F / (twice + 1.0F);
  // Taylor's to x^9: the next term is 1e-9 of the value at 0.2.
  Lanes sum = allLanes(62.0F / 2835);
  for (const float term : {-17.0F / 315, 2.0F / 15, -1.0F / 3, 1.0F}) {
    sum = multiplyAdd(sum, square, allLanes(term));
  }
  return square < allLanes(0.04F) ? x * sum : far;
}

Lanes hardSigmoid(Lanes x) {
  const Lanes line = 0.2F * x + 0.5F;
  const Lanes zero = {};
  const Lanes one = allLanes(1);
  const Lanes above = line > zero ? line : zero;
  return above < one ? above : one;
}

// Calls body(i, load, store) for each four of `count` floats; the last ones are fewer.
template <typename Body>
void forLanes(size_t count, const Body& body) {
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    body([i](const float* from) { return loadLanes(from + i); },
         [i](float* to, Lanes lanes) { storeLanes(to + i, lanes); });
  }
  if (i == count) return;
  const size_t rest = count - i;
  body(
      [i, rest](const float* from) {
        Lanes lanes = {};
        std::copy_n(from + i, rest, reinterpret_cast<float*>(&lanes));
        return lanes;
      },
      [i, rest](float* to, Lanes lanes) {
        std::copy_n(reinterpret_cast<const float*>(&lanes), rest, to + i);
      });
}

// result[sequence][column] += left[sequence] * kernel, rows of `sequences`.
void addProduct(const float* left, size_t sequences, const PanelKernel& kernel, size_t columns,
                float* result, size_t resultStride, bool adds) {
  const float* panels = kernel.panels(0, kernel.panelsOfGroup(), nullptr);
  const size_t depth = kernel.depth();
  if (sequences == 1) {
    multiplyVector(left, depth, panels, columns, adds, result);
    return;
  }
  const std::array<const float*, 1> lefts = {left};
  for (size_t column = 0; column < columns; column += kPanelColumns) {
    multiplyPanel(lefts, sequences, depth, depth, panels + column * depth,
                  {.first = result + column,
                   .stride = resultStride,
                   .columns = std::min(kPanelColumns, columns - column),
                   .adds = adds});
  }
}

void finishLstm(size_t units, const float* sums, float* h, float* c) {
  forLanes(units, [&](const auto& load, const auto& store) {
    const Lanes cell = sigmoid(load(sums + units)) * load(c) +
                       sigmoid(load(sums)) * tanhLanes(load(sums + 2 * units));
    store(c, cell);
    store(h, sigmoid(load(sums + 3 * units)) * tanhLanes(cell));
  });
}

class Gru {
 public:
  Gru(const CellShape& shape, const CellWeights& weights, const Scratch& scratch)
      : s_(shape), weights_(weights), scratch_(scratch) {}

  // @param sums of the first sequence at this step, with the recurrent product of z and r added
  void step(float* sums, size_t stride, float* h) const {
    const size_t units = s_.units;
    for (size_t i = 0; i < s_.sequences; ++i) {
      float* gates = sums + i * stride;
      float* reset = scratch_.reset + i * units;
      const float* before = h + i * units;
      forLanes(2 * units, [&](const auto& load, const auto& store) {
        store(gates, s_.hasHardGates ? hardSigmoid(load(gates)) : sigmoid(load(gates)));
      });
      if (!s_.resetAfter) {
        forLanes(units, [&](const auto& load, const auto& store) {
          store(reset, load(gates + units) * load(before));
        });
      }
    }
    const float* left = s_.resetAfter ? h : scratch_.reset;
    addProduct(left, s_.sequences, weights_.candidate, units, scratch_.candidates, units, false);
    for (size_t i = 0; i < s_.sequences; ++i) {
      const float* gates = sums + i * stride;
      const float* candidate = scratch_.candidates + i * units;
      float* state = h + i * units;
      forLanes(units, [&](const auto& load, const auto& store) {
        Lanes recurrent = load(candidate) + load(weights_.candidateBias.data());
        if (s_.resetAfter) recurrent *= load(gates + units);
        const Lanes fresh = tanhLanes(load(gates + 2 * units) + recurrent);
        const Lanes update = load(gates);
        store(state, (1.0F - update) * fresh + update * load(state));
      });
    }
  }

 private:
  const CellShape& s_;
  const CellWeights& weights_;
  const Scratch& scratch_;
};

}  // namespace

size_t cellScratch(const CellShape& shape, const CellWeights& weights) {
  return layOut(shape, weights, nullptr).elements;
}

void runCell(const CellShape& s, const CellWeights& weights, const float* input, float* state,
             float* result, float* memory) {
  const Scratch scratch = layOut(s, weights, memory);
  const Gru gru(s, weights, scratch);
  const size_t ahead = stepsAhead(s);
  const bool byStep = goesByStep(s);
  const size_t stride = (byStep ? 1 : ahead) * s.sums();  // from sequence to sequence
  const size_t stepStride = (byStep ? s.sequences : 1) * s.sums();
  const size_t recurrentColumns = s.kind == CellKind::kLstm ? s.sums() : 2 * s.units;
  float* h = state;
  float* c = state + s.sequences * s.units;
  for (size_t done = 0; done < s.steps; done += ahead) {
    const size_t count = std::min(ahead, s.steps - done);
    const size_t first = s.isBackward ? s.steps - done - count : done;
    const auto sumInputs = [&](size_t sequence, size_t step, size_t rows, size_t rowStride) {
      multiplyDense({.first = input + (sequence * s.steps + first + step) * s.inputs,
                     .rows = rows,
                     .stride = rowStride},
                    weights.kernel, s.sums(), {.bias = weights.bias.data()},
                    scratch.ahead + sequence * stride + step * stepStride, scratch.expanded);
    };
    if (byStep) {
      for (size_t k = 0; k < count; ++k) sumInputs(0, k, s.sequences, s.steps * s.inputs);
    } else {
      for (size_t i = 0; i < s.sequences; ++i) sumInputs(i, 0, count, s.inputs);
    }
    for (size_t k = 0; k < count; ++k) {
      const size_t within = s.isBackward ? count - 1 - k : k;
      float* sums = scratch.ahead + within * stepStride;
      addProduct(h, s.sequences, weights.recurrent, recurrentColumns, sums, stride, true);
      if (s.kind == CellKind::kGru) {
        gru.step(sums, stride, h);
      } else {
        for (size_t i = 0; i < s.sequences; ++i) {
          finishLstm(s.units, sums + i * stride, h + i * s.units, c + i * s.units);
        }
      }
      for (size_t i = 0; i < s.sequences; ++i) {
        std::copy_n(h + i * s.units, s.units,
                    result + (i * s.steps + first + within) * s.resultStride);
      }
    }
  }
}

}  // namespace divisi::nn
