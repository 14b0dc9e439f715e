// The reference of operators on matrices and sequences: matmul, attention, lstm, gru.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "nn/ref_tensor.h"

namespace divisi::nn::test {

inline RefTensor refMatmul(const RefTensor& a, const RefTensor& b, bool transposeB) {
  const size_t rank = std::max(a.shape.size(), b.shape.size());
  // Both with the same number of axes.
  const auto whole = [&](std::vector<int64_t> shape) {
    shape.insert(shape.begin(), rank - shape.size(), 1);
    return shape;
  };
  const auto left = whole(a.shape);
  const auto right = whole(b.shape);
  const int64_t rows = left[rank - 2];
  const int64_t depth = left[rank - 1];
  const int64_t columns = transposeB ? right[rank - 2] : right[rank - 1];
  std::vector<int64_t> shape;
  for (size_t i = 0; i + 2 < rank; ++i) shape.push_back(std::max(left[i], right[i]));
  shape.push_back(rows);
  shape.push_back(columns);
  RefTensor y(shape);
  for (size_t i = 0; i < y.values.size(); ++i) {
    auto rest = static_cast<int64_t>(i);
    const int64_t column = rest % columns;
    rest /= columns;
    const int64_t row = rest % rows;
    rest /= rows;
    std::vector<int64_t> index(rank - 2);
    for (size_t axis = rank - 2; axis-- > 0;) {
      index[axis] = rest % shape[axis];
      rest /= shape[axis];
    }
    const auto matrix = [&](const std::vector<int64_t>& of) {
      int64_t number = 0;
      for (size_t axis = 0; axis < index.size(); ++axis) {
        number = number * of[axis] + (of[axis] == 1 ? 0 : index[axis]);
      }
      return number;
    };
    for (int64_t k = 0; k < depth; ++k) {
      const int64_t from = matrix(right) * depth * columns;
      const int64_t place = transposeB ? column * depth + k : k * columns + column;
      y.values[i] += a.values[static_cast<size_t>((matrix(left) * rows + row) * depth + k)] *
                     b.values[static_cast<size_t>(from + place)];
    }
  }
  return y;
}

inline RefTensor refAttention(const json& a, const RefTensor& query, const RefTensor& key,
                              const RefTensor& value) {
  const size_t rank = query.shape.size();
  const auto heads = a.value("heads", size_t{1});
  const auto queries = static_cast<size_t>(query.shape[rank - 2]);
  const auto keys = static_cast<size_t>(key.shape[rank - 2]);
  const auto wide = static_cast<size_t>(query.shape[rank - 1]);
  const auto valueWide = static_cast<size_t>(value.shape[rank - 1]);
  const double scale =
      a.value("scale", 1 / std::sqrt(static_cast<double>(wide) / static_cast<double>(heads)));
  std::vector<int64_t> shape = query.shape;
  shape[rank - 1] = value.shape[rank - 1];
  RefTensor y(shape);
  for (size_t batch = 0; batch < query.values.size() / (queries * wide); ++batch) {
    for (size_t head = 0; head < heads; ++head) {
      for (size_t q = 0; q < queries; ++q) {
        std::vector<double> scores(keys);
        for (size_t k = 0; k < keys; ++k) {
          for (size_t i = head * wide / heads; i < (head + 1) * wide / heads; ++i) {
            scores[k] += scale * query.values[(batch * queries + q) * wide + i] *
                         key.values[(batch * keys + k) * wide + i];
          }
        }
        const double most = *std::ranges::max_element(scores);
        double sum = 0;
        for (double& score : scores) sum += score = std::exp(score - most);
        for (size_t i = head * valueWide / heads; i < (head + 1) * valueWide / heads; ++i) {
          for (size_t k = 0; k < keys; ++k) {
            y.values[(batch * queries + q) * valueWide + i] +=
                scores[k] / sum * value.values[(batch * keys + k) * valueWide + i];
          }
        }
      }
    }
  }
  return y;
}

// The steps of a recurrent layer in the order of each direction: calls
// step(direction, inputs of the step, state) with the state of `states` vectors of `units` numbers,
// of which the first is the result.
template <typename Step>
RefTensor refRecurrent(const json& a, const RefTensor& x, size_t units, size_t states,
                       const Step& step) {
  const std::string word = a.value("direction", "forward");
  const size_t directions = word == "both" ? 2 : 1;
  const size_t rank = x.shape.size();
  const size_t sequences = rank == 3 ? static_cast<size_t>(x.shape[0]) : 1;
  const auto steps = static_cast<size_t>(x.shape[rank - 2]);
  const auto inputs = static_cast<size_t>(x.shape[rank - 1]);
  std::vector<int64_t> shape = x.shape;
  shape[rank - 1] = static_cast<int64_t>(directions * units);
  RefTensor y(shape);
  for (size_t s = 0; s < sequences; ++s) {
    for (size_t d = 0; d < directions; ++d) {
      std::vector<std::vector<double>> state(states, std::vector<double>(units));
      for (size_t i = 0; i < steps; ++i) {
        const size_t t = word == "backward" || d == 1 ? steps - 1 - i : i;
        const double* from = x.values.data() + (s * steps + t) * inputs;
        step(d, std::vector<double>(from, from + inputs), state);
        for (size_t u = 0; u < units; ++u) {
          y.values[((s * steps + t) * directions + d) * units + u] = state[0][u];
        }
      }
    }
  }
  return y;
}

// The sum of row `row` of a matrix times a vector.
inline double refRow(const RefTensor& matrix, size_t row, const std::vector<double>& vector) {
  double sum = 0;
  for (size_t i = 0; i < vector.size(); ++i) {
    sum += matrix.values[row * vector.size() + i] * vector[i];
  }
  return sum;
}

inline double refSigmoid(double x) { return 1 / (1 + std::exp(-x)); }

inline RefTensor refLstm(const json& a, const RefTensor& x, const RefTensor& kernel,
                         const RefTensor& recurrent, const RefTensor& bias) {
  const auto units = static_cast<size_t>(recurrent.shape[1]);
  return refRecurrent(a, x, units, 2, [&](size_t d, const auto& input, auto& state) {
    const std::vector<double> h = state[0];
    for (size_t u = 0; u < units; ++u) {
      const auto sum = [&](size_t gate) {
        const size_t row = (d * 4 + gate) * units + u;
        return refRow(kernel, row, input) + refRow(recurrent, row, h) + bias.values[row];
      };
      double& c = state[1][u];
      c = refSigmoid(sum(1)) * c + refSigmoid(sum(0)) * std::tanh(sum(2));
      state[0][u] = refSigmoid(sum(3)) * std::tanh(c);
    }
  });
}

inline RefTensor refGru(const json& a, const RefTensor& x, const RefTensor& kernel,
                        const RefTensor& recurrent, const RefTensor& bias,
                        const RefTensor& recurrentBias) {
  const auto units = static_cast<size_t>(recurrent.shape[1]);
  const bool hard = a.value("gate", "sigmoid") == "hard_sigmoid";
  const auto gate = [&](double v) {
    return hard ? std::clamp(0.2 * v + 0.5, 0.0, 1.0) : refSigmoid(v);
  };
  return refRecurrent(a, x, units, 1, [&](size_t d, const auto& input, auto& state) {
    const std::vector<double> h = state[0];
    const auto row = [&](size_t part, size_t u) { return (d * 3 + part) * units + u; };
    const auto inputSum = [&](size_t r) { return refRow(kernel, r, input) + bias.values[r]; };
    const auto recurrentSum = [&](size_t r, const std::vector<double>& v) {
      return refRow(recurrent, r, v) + recurrentBias.values[r];
    };
    const auto gateOf = [&](size_t part, size_t u) {
      return gate(inputSum(row(part, u)) + recurrentSum(row(part, u), h));
    };
    std::vector<double> reset(units);
    for (size_t u = 0; u < units; ++u) reset[u] = gateOf(1, u) * h[u];
    for (size_t u = 0; u < units; ++u) {
      const double inner = a.value("resetAfter", true) ? gateOf(1, u) * recurrentSum(row(2, u), h)
                                                       : recurrentSum(row(2, u), reset);
      const double fresh = std::tanh(inputSum(row(2, u)) + inner);
      const double update = gateOf(0, u);
      state[0][u] = (1 - update) * fresh + update * h[u];
    }
  });
}

}  // namespace divisi::nn::test
