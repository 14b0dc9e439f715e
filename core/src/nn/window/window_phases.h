// WindowPhases: which taps of a convolution reach which outputs, and from which inputs.
//
// Along an axis, output `outputStep * m + phase` is the sum of that phase's taps over the inputs at
// `inputStep * m + offset`. An ordinary convolution has one phase and steps over inputs; a
// transposed one has as many phases as its stride and steps over outputs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace divisi::nn {

struct AxisWindow {
  int64_t kernel = 1;
  int64_t stride = 1;
  int64_t dilation = 1;
  int64_t before = 0;  ///< zero padding before the input, or what is cropped off the result
  int64_t output = 1;  ///< length of the result
  bool transposed = false;
};

struct AxisTap {
  int64_t tap = 0;
  int64_t offset = 0;
};

struct AxisPhases {
  int64_t inputStep = 1;
  int64_t outputStep = 1;
  int64_t length = 1;  ///< of the longest phase
  int64_t lowest = 0;  ///< of all taps' offsets
  int64_t highest = 0;
  std::vector<std::vector<AxisTap>> phases;  ///< each ordered by offset; one may be empty
};

[[nodiscard]] AxisPhases axisPhases(const AxisWindow& window);

/// Neighbouring taps of a row of the window.
struct WindowPart {
  int64_t row = 0;     ///< offset of the inputs
  int64_t column = 0;  ///< of the first of them
};

/// A phase of both axes.
struct WindowPhase {
  int64_t row = 0;  ///< the phase's number, as `column`
  int64_t column = 0;
  size_t firstTap = 0;  ///< its place in WindowPhases::tapOrder; its taps follow
  size_t tapsOfPart = 1;
  std::vector<WindowPart> parts;
};

struct WindowPhases {
  std::vector<WindowPhase> phases;
  std::vector<size_t> tapOrder;  ///< indices into the kernel [height][width]
};

/// @param joins make one part of taps whose inputs are neighbours in a row
[[nodiscard]] WindowPhases windowPhases(const AxisPhases& vertical, const AxisPhases& horizontal,
                                        int64_t kernelWidth, bool joins);

}  // namespace divisi::nn
