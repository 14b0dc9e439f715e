#include "nn/xnnpack/rearranged_convolution.h"

#include <algorithm>

namespace divisi::nn {
namespace {

// Estimated time of a convolution, in multiply-adds of one vector lane. Vectors of eight outputs
// (what Wasm's kernels compute at once; native ones take 16), and each tap costs as much as three
// channels for its pointers: 1 to 2 outputs with 1 channel then are as slow as measured.
int64_t cost(const ConvolutionGeometry& geometry) {
  constexpr int64_t kLanes = 8;
  constexpr int64_t kTapCost = 3;
  const Pair size = geometry.outputSize();
  const int64_t vectors = (geometry.outputs + kLanes - 1) / kLanes;
  return size[0] * size[1] * vectors * kLanes * geometry.kernel[0] * geometry.kernel[1] *
         (geometry.channels + kTapCost);
}

// One axis of a phase: which taps it has and where they lie.
struct PhaseAxis {
  int64_t firstTap = 0;  // taps firstTap, firstTap + stride, ...
  int64_t taps = 0;      // none if the kernel is smaller than the stride
  int64_t before = 0;    // the last tap (they run backwards) reads input m - before for output m
};

PhaseAxis phaseAxis(const TransposedGeometry& geometry, size_t axis, int64_t phase) {
  const int64_t stride = geometry.stride[axis];
  // Output p = stride * m + phase is place q = p + crop of the full result, where
  // q = stride * input + tap.
  const int64_t place = phase + geometry.cropBefore[axis];
  PhaseAxis result;
  result.firstTap = place % stride;
  if (result.firstTap < geometry.kernel[axis]) {
    result.taps = (geometry.kernel[axis] - result.firstTap + stride - 1) / stride;
  }
  result.before = std::max<int64_t>(result.taps, 1) - 1 - place / stride;
  return result;
}

// The window that covers the taps of phases `first` to `first + count - 1`; at least one tap, whose
// weights are then zeros.
struct Window {
  int64_t taps = 0;
  int64_t before = 0;
  int64_t after = 0;
};

std::optional<Window> window(const TransposedGeometry& geometry, size_t axis, int64_t first,
                             int64_t count, int64_t outputSize) {
  int64_t lowest = INT64_MAX;
  int64_t highest = INT64_MIN;
  for (int64_t phase = first; phase < first + count; ++phase) {
    const PhaseAxis one = phaseAxis(geometry, axis, phase);
    lowest = std::min(lowest, -one.before);
    highest = std::max(highest, std::max<int64_t>(one.taps, 1) - 1 - one.before);
  }
  const Window result = {.taps = highest - lowest + 1,
                         .before = -lowest,
                         .after = outputSize - geometry.input[axis] + highest};
  // A crop that cuts into the input would need negative padding.
  if (result.before < 0 || result.after < 0) return std::nullopt;
  return result;
}

std::optional<PhasePlan> planTogether(const TransposedGeometry& geometry, const Pair& together) {
  PhasePlan plan;
  plan.geometry = geometry;
  plan.together = together;
  for (const size_t axis : {size_t{0}, size_t{1}}) {
    plan.phase[axis] = (geometry.output[axis] + geometry.stride[axis] - 1) / geometry.stride[axis];
  }
  for (int64_t row = 0; row < geometry.stride[0]; row += together[0]) {
    for (int64_t column = 0; column < geometry.stride[1]; column += together[1]) {
      const auto vertical = window(geometry, 0, row, together[0], plan.phase[0]);
      const auto horizontal = window(geometry, 1, column, together[1], plan.phase[1]);
      if (!vertical || !horizontal) return std::nullopt;
      ConvolutionGeometry group;
      group.input = geometry.input;
      group.channels = geometry.channels;
      group.outputs = geometry.outputs * together[0] * together[1];
      group.kernel = {vertical->taps, horizontal->taps};
      group.before = {vertical->before, horizontal->before};
      group.after = {vertical->after, horizontal->after};
      plan.groups.push_back(group);
    }
  }
  return plan;
}

int64_t cost(const PhasePlan& plan) {
  int64_t sum = 0;
  for (const ConvolutionGeometry& group : plan.groups) sum += cost(group);
  return sum;
}

}  // namespace

Pair ConvolutionGeometry::outputSize() const {
  Pair size = {};
  for (const size_t axis : {size_t{0}, size_t{1}}) {
    const int64_t extent = (kernel[axis] - 1) * dilation[axis] + 1;
    size[axis] = (input[axis] + before[axis] + after[axis] - extent) / stride[axis] + 1;
  }
  return size;
}

size_t ConvolutionGeometry::kernelElements() const {
  return static_cast<size_t>(outputs * kernel[0] * kernel[1] * channels);
}

std::optional<ColumnBlocks> chooseColumnBlocks(const ConvolutionGeometry& plain) {
  // Wide layers fill the vectors by themselves.
  constexpr int64_t kFewChannels = 8;
  if (plain.channels >= kFewChannels) return std::nullopt;
  const int64_t outputWidth = plain.outputSize()[1];
  // A blocked kernel is mostly zeros and costs memory: it must be a fifth faster to be worth it.
  int64_t best = cost(plain) / 5 * 4;
  std::optional<ColumnBlocks> choice;
  for (const int64_t columns : {int64_t{1}, int64_t{2}, int64_t{4}, int64_t{8}}) {
    const int64_t width = columns * plain.stride[1];
    if (width == 1 || plain.input[1] % width != 0 || outputWidth % columns != 0) continue;
    // A block's outputs read input columns first to last, counted from the block's own first.
    const int64_t first = -plain.before[1];
    const int64_t last = (columns - 1) * plain.stride[1] - plain.before[1] +
                         (plain.kernel[1] - 1) * plain.dilation[1];
    const int64_t blocksBefore = -floorDivide(first, width);
    const int64_t blocksAfter = floorDivide(last, width);
    const int64_t padAfter = outputWidth / columns - plain.input[1] / width + blocksAfter;
    if (blocksBefore + blocksAfter < 0 || padAfter < 0) continue;
    ColumnBlocks candidate;
    candidate.columns = columns;
    ConvolutionGeometry& blocked = candidate.blocked;
    blocked = plain;
    blocked.input[1] = plain.input[1] / width;
    blocked.channels = plain.channels * width;
    blocked.outputs = plain.outputs * columns;
    blocked.kernel[1] = blocksBefore + blocksAfter + 1;
    blocked.stride[1] = 1;
    blocked.dilation[1] = 1;
    blocked.before[1] = blocksBefore;
    blocked.after[1] = padAfter;
    if (cost(blocked) < best) {
      best = cost(blocked);
      choice = candidate;
    }
  }
  return choice;
}

void blockColumns(const ConvolutionGeometry& plain, const ColumnBlocks& blocks,
                  std::span<const float> kernel, std::span<const float> bias,
                  std::span<float> blockedKernel, std::span<float> blockedBias) {
  const ConvolutionGeometry& blocked = blocks.blocked;
  const int64_t width = blocks.columns * plain.stride[1];
  const float* source = kernel.data();
  for (int64_t output = 0; output < plain.outputs; ++output) {
    for (int64_t row = 0; row < plain.kernel[0]; ++row) {
      for (int64_t tap = 0; tap < plain.kernel[1]; ++tap, source += plain.channels) {
        for (int64_t column = 0; column < blocks.columns; ++column) {
          const int64_t place =
              column * plain.stride[1] - plain.before[1] + tap * plain.dilation[1];
          const int64_t block = floorDivide(place, width);
          const int64_t within = place - block * width;
          int64_t target = column * plain.outputs + output;
          target = target * blocked.kernel[0] + row;
          target = target * blocked.kernel[1] + block + blocked.before[1];
          target = target * width + within;
          std::copy_n(source, plain.channels, blockedKernel.data() + target * plain.channels);
        }
      }
    }
  }
  for (int64_t column = 0; column < blocks.columns; ++column) {
    std::copy(bias.begin(), bias.end(), blockedBias.data() + column * plain.outputs);
  }
}

PhasePlan planPhases(const TransposedGeometry& geometry) {
  const Pair& stride = geometry.stride;
  std::vector<Pair> choices = {stride};
  // Separate convolutions for more phases than this would be many and tiny.
  constexpr int64_t kMostPhases = 16;
  if (stride[0] * stride[1] <= kMostPhases) {
    choices.push_back({1, 1});
    choices.push_back({1, stride[1]});
  }
  std::optional<PhasePlan> best;
  for (const Pair& together : choices) {
    auto plan = planTogether(geometry, together);
    if (plan && (!best || cost(*plan) < cost(*best))) best = std::move(plan);
  }
  if (best) return *best;

  // The whole result, of which the caller takes a part. Its phases never need negative padding.
  TransposedGeometry whole = geometry;
  whole.cropBefore = {};
  for (const size_t axis : {size_t{0}, size_t{1}}) {
    whole.output[axis] = (whole.input[axis] - 1) * stride[axis] + whole.kernel[axis];
  }
  PhasePlan plan = planPhases(whole);
  plan.skip = geometry.cropBefore;
  return plan;
}

void fillPhaseGroup(const PhasePlan& plan, size_t index, std::span<const float> kernel,
                    std::span<const float> bias, std::span<float> groupKernel,
                    std::span<float> groupBias) {
  const TransposedGeometry& geometry = plan.geometry;
  const ConvolutionGeometry& group = plan.groups[index];
  const int64_t groupsInRow = geometry.stride[1] / plan.together[1];
  const int64_t firstRow = static_cast<int64_t>(index) / groupsInRow * plan.together[0];
  const int64_t firstColumn = static_cast<int64_t>(index) % groupsInRow * plan.together[1];
  int64_t target = 0;  // output channel of the group
  for (int64_t row = firstRow; row < firstRow + plan.together[0]; ++row) {
    const PhaseAxis vertical = phaseAxis(geometry, 0, row);
    for (int64_t column = firstColumn; column < firstColumn + plan.together[1]; ++column) {
      const PhaseAxis horizontal = phaseAxis(geometry, 1, column);
      for (int64_t output = 0; output < geometry.outputs; ++output, ++target) {
        groupBias[static_cast<size_t>(target)] = bias[static_cast<size_t>(output)];
        for (int64_t i = 0; i < vertical.taps; ++i) {
          // A transposed convolution runs its taps backwards.
          const int64_t tapRow = vertical.firstTap + geometry.stride[0] * (vertical.taps - 1 - i);
          const int64_t groupRow = i + group.before[0] - vertical.before;
          for (int64_t j = 0; j < horizontal.taps; ++j) {
            const int64_t tapColumn =
                horizontal.firstTap + geometry.stride[1] * (horizontal.taps - 1 - j);
            const int64_t groupColumn = j + group.before[1] - horizontal.before;
            const int64_t from =
                ((output * geometry.kernel[0] + tapRow) * geometry.kernel[1] + tapColumn) *
                geometry.channels;
            const int64_t to =
                ((target * group.kernel[0] + groupRow) * group.kernel[1] + groupColumn) *
                geometry.channels;
            std::copy_n(kernel.data() + from, geometry.channels, groupKernel.data() + to);
          }
        }
      }
    }
  }
}

}  // namespace divisi::nn
