// The three matrices of a minimal filter against the sums that they stand for, in double precision.
#include "nn/convolution/winograd/winograd_transform.h"

#include <gtest/gtest.h>

#include <cmath>

#include "nn/model_builder.h"

namespace divisi::nn::test {
namespace {

std::vector<double> multiplied(const SparseMatrix& matrix, const std::vector<double>& values) {
  std::vector<double> result;
  for (const auto& row : matrix.rows) {
    double sum = 0;
    for (const auto& entry : row) sum += entry.factor * values[static_cast<size_t>(entry.column)];
    result.push_back(sum);
  }
  return result;
}

std::vector<double> randomNumbers(int64_t count, Random& random) {
  const std::vector<float> floats = random.floats(static_cast<size_t>(count));
  return {floats.begin(), floats.end()};
}

// What the first tile's outputs are, given the input at places origin, origin + 1, ...
double expected(const AxisGeometry& g, const AxisFilter& filter, const std::vector<double>& window,
                const std::vector<double>& kernel, int64_t output) {
  double sum = 0;
  for (int64_t tap = 0; tap < g.kernel; ++tap) {
    int64_t place = output * g.stride + tap - g.before;
    if (g.transposed) {
      if ((output + g.before - tap) % g.stride != 0) continue;
      place = (output + g.before - tap) / g.stride;
    }
    sum += window[static_cast<size_t>(place - filter.origin)] * kernel[static_cast<size_t>(tap)];
  }
  return sum;
}

TEST(NnAxisFilter, ComputesTheConvolution) {
  Random random(1);
  int filters = 0;
  for (const bool transposed : {false, true}) {
    for (int64_t stride = 1; stride <= 3; ++stride) {
      for (int64_t kernel = stride; kernel <= 3 * stride; ++kernel) {
        for (int64_t before = 0; before < kernel; ++before) {
          for (const int64_t size : {2, 4}) {
            const AxisGeometry g = {
                .kernel = kernel, .stride = stride, .before = before, .transposed = transposed};
            const auto filter = makeAxisFilter(g, size);
            ASSERT_TRUE(filter);
            ++filters;
            const auto window = randomNumbers(filter->window, random);
            const auto weights = randomNumbers(kernel, random);
            const auto inputs = multiplied(filter->input, window);
            auto products = multiplied(filter->kernel, weights);
            for (size_t i = 0; i < products.size(); ++i) products[i] *= inputs[i];
            const auto results = multiplied(filter->result, products);
            ASSERT_EQ(results.size(), static_cast<size_t>(filter->outputStep));
            for (int64_t i = 0; i < filter->outputStep; ++i) {
              // Exact but for the rounding of doubles, of factors up to about ten.
              EXPECT_NEAR(results[static_cast<size_t>(i)], expected(g, *filter, window, weights, i),
                          1e-13)
                  << kernel << " taps, stride " << stride << ", before " << before << ", output "
                  << i << (transposed ? ", transposed" : "");
            }
          }
        }
      }
    }
  }
  EXPECT_GT(filters, 100);
}

TEST(NnAxisFilter, MultipliesLess) {
  const AxisGeometry fiveByTwo = {.kernel = 5, .stride = 2, .before = 1};
  // Four outputs of five taps take twenty products; with three and two taps a phase, 6 + 5.
  EXPECT_EQ(makeAxisFilter(fiveByTwo, 4)->points, 11);
  EXPECT_EQ(makeAxisFilter(fiveByTwo, 2)->points, 7);
}

TEST(NnAxisFilter, RefusesWhatItCannotDoWell) {
  // Seven taps at stride 2 are four in one phase; one tap leaves the other phase without any.
  EXPECT_FALSE(makeAxisFilter({.kernel = 7, .stride = 2}, 4));
  EXPECT_FALSE(makeAxisFilter({.kernel = 1, .stride = 2}, 4));
}

}  // namespace
}  // namespace divisi::nn::test
