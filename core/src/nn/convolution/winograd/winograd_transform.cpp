#include "nn/convolution/winograd/winograd_transform.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace divisi::nn {
namespace {

constexpr int64_t kMostTaps = 3;

// The coefficients of the product of (x - points[l]) over all l but `without`.
std::vector<double> productPolynomial(std::span<const double> points, size_t without) {
  std::vector<double> coefficients = {1};
  for (size_t l = 0; l < points.size(); ++l) {
    if (l == without) continue;
    coefficients.push_back(0);
    for (size_t i = coefficients.size() - 1; i > 0; --i) {
      coefficients[i] = coefficients[i - 1] - points[l] * coefficients[i];
    }
    coefficients[0] *= -points[l];
  }
  return coefficients;
}

// The matrices of y[i] = sum over k of x[i + k] * g[k], i < outputs, k < taps, dense.
struct Matrices {
  std::vector<std::vector<double>> input;   // [points][points]
  std::vector<std::vector<double>> kernel;  // [points][taps]
  std::vector<std::vector<double>> result;  // [outputs][points]
};

Matrices toomCook(int64_t outputs, int64_t taps) {
  const auto count = static_cast<size_t>(outputs + taps - 1);
  // Small numbers and their inverses keep the factors small; the last point is infinity.
  static constexpr std::array<double, 5> kPoints = {0, 1, -1, 0.5, -2};
  const std::span<const double> points = std::span(kPoints).first(count - 1);
  Matrices m;
  m.result.assign(static_cast<size_t>(outputs), std::vector<double>(count, 0.0));
  for (size_t j = 0; j < count; ++j) {
    const bool finite = j + 1 < count;
    std::vector<double> kernelRow(static_cast<size_t>(taps), 0.0);
    std::vector<double> inputRow = productPolynomial(points, finite ? j : count);
    inputRow.resize(count, 0.0);
    double scale = 1;
    if (finite) {
      for (size_t l = 0; l + 1 < count; ++l) {
        if (l != j) scale *= points[j] - points[l];
      }
      for (size_t k = 0; k < kernelRow.size(); ++k) {
        kernelRow[k] = std::pow(points[j], static_cast<double>(k)) / scale;
      }
    } else {
      kernelRow.back() = 1;
    }
    // Moving a factor from one matrix to the other changes nothing else: a power of two makes the
    // input's largest factor about one without rounding.
    double largest = 0;
    for (const double factor : inputRow) largest = std::max(largest, std::abs(factor));
    const double power = std::exp2(std::round(std::log2(largest)));
    for (double& factor : inputRow) factor /= power;
    for (double& factor : kernelRow) factor *= power;
    m.input.push_back(std::move(inputRow));
    m.kernel.push_back(std::move(kernelRow));
    for (size_t i = 0; i < m.result.size(); ++i) {
      m.result[i][j] = finite ? std::pow(points[j], static_cast<double>(i))
                              : (i + 1 == m.result.size() ? 1.0 : 0.0);
    }
  }
  return m;
}

// A phase: a filter over inputs or kernel taps that lie `stride` apart.
struct Phase {
  int64_t taps = 0;
  int64_t firstInput = 0;  // of output 0, relative to the axis
  int64_t inputStride = 1;
  int64_t firstTap = 0;
  int64_t tapStride = 1;  // negative where taps run backwards
  int64_t firstOutput = 0;
  int64_t outputStride = 1;
};

std::vector<Phase> phasesOf(const AxisGeometry& g) {
  std::vector<Phase> phases;
  for (int64_t phase = 0; phase < g.stride; ++phase) {
    Phase p;
    if (g.transposed) {
      // Output p = stride * m + phase is place q = p + crop = stride * input + tap.
      const int64_t place = phase + g.before;
      const int64_t lowestTap = place % g.stride;
      p.taps = (g.kernel - lowestTap + g.stride - 1) / g.stride;
      p.firstInput = place / g.stride - p.taps + 1;
      p.firstTap = lowestTap + g.stride * (p.taps - 1);
      p.tapStride = -g.stride;
      p.firstOutput = phase;
      p.outputStride = g.stride;
    } else {
      p.taps = (g.kernel - phase + g.stride - 1) / g.stride;
      p.firstInput = phase - g.before;
      p.inputStride = g.stride;
      p.firstTap = phase;
      p.tapStride = g.stride;
    }
    phases.push_back(p);
  }
  return phases;
}

void append(SparseMatrix::Entry entry, std::vector<SparseMatrix::Entry>& row) {
  if (entry.factor != 0) row.push_back(entry);
}

}  // namespace

std::optional<AxisFilter> makeAxisFilter(const AxisGeometry& geometry, int64_t size) {
  const std::vector<Phase> phases = phasesOf(geometry);
  AxisFilter filter;
  filter.inputStep = geometry.transposed ? size : size * geometry.stride;
  filter.outputStep = geometry.transposed ? size * geometry.stride : size;
  filter.origin = INT64_MAX;
  int64_t end = INT64_MIN;
  for (const Phase& phase : phases) {
    if (phase.taps < 1 || phase.taps > kMostTaps) return std::nullopt;
    filter.origin = std::min(filter.origin, phase.firstInput);
    end = std::max(end, phase.firstInput + phase.inputStride * (size + phase.taps - 2) + 1);
  }
  filter.window = end - filter.origin;
  filter.result.rows.resize(static_cast<size_t>(filter.outputStep));
  for (const Phase& phase : phases) {
    const Matrices m = toomCook(size, phase.taps);
    for (size_t j = 0; j < m.input.size(); ++j) {
      std::vector<SparseMatrix::Entry> inputRow;
      std::vector<SparseMatrix::Entry> kernelRow;
      for (size_t i = 0; i < m.input[j].size(); ++i) {
        const int64_t at =
            phase.firstInput - filter.origin + phase.inputStride * static_cast<int64_t>(i);
        append({static_cast<int>(at), m.input[j][i]}, inputRow);
      }
      for (size_t k = 0; k < m.kernel[j].size(); ++k) {
        const int64_t tap = phase.firstTap + phase.tapStride * static_cast<int64_t>(k);
        append({static_cast<int>(tap), m.kernel[j][k]}, kernelRow);
      }
      filter.input.rows.push_back(std::move(inputRow));
      filter.kernel.rows.push_back(std::move(kernelRow));
      for (size_t i = 0; i < m.result.size(); ++i) {
        const int64_t output = phase.firstOutput + phase.outputStride * static_cast<int64_t>(i);
        append({static_cast<int>(filter.points), m.result[i][j]},
               filter.result.rows[static_cast<size_t>(output)]);
      }
      ++filter.points;
    }
  }
  return filter;
}

}  // namespace divisi::nn
