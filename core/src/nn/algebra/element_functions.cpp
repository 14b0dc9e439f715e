#include "nn/algebra/element_functions.h"

#include <cmath>
#include <cstring>

#include "nn/algebra/elementary.h"

namespace divisi::nn {
namespace {

void storeSome(float* to, Lanes values, size_t count) {
  for (size_t lane = 0; lane < count; ++lane) to[lane] = values[lane];
}

template <Lanes (*function)(Lanes, const Parameters&)>
void eachOf(const float* x, float* y, size_t count, const Parameters& parameters) {
  const Parameters own = parameters;  // which writing y cannot change
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) storeLanes(y + i, function(loadLanes(x + i), own));
  if (i < count) storeSome(y + i, function(loadLanes(x + i), own), count - i);
}

template <Lanes (*function)(Lanes, Lanes)>
void eachPair(Operand a, Operand b, float* y, size_t count) {
  // What stays the same is read over and over from where it fills all lanes.
  Lanes allA;
  Lanes allB;
  if (a.step == 0) {
    allA = allLanes(*a.values);
    a.values = reinterpret_cast<const float*>(&allA);
  }
  if (b.step == 0) {
    allB = allLanes(*b.values);
    b.values = reinterpret_cast<const float*>(&allB);
  }
  const auto at = [&](size_t i) {
    return function(loadLanes(a.values + i * a.step), loadLanes(b.values + i * b.step));
  };
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) storeLanes(y + i, at(i));
  if (i < count) storeSome(y + i, at(i), count - i);
}

// Not a number where an argument isn't one, as in numpy.
Lanes smaller(Lanes a, Lanes b) { return ((a < b) | isNan(a)) ? a : b; }
Lanes larger(Lanes a, Lanes b) { return ((a > b) | isNan(a)) ? a : b; }

Lanes clipped(Lanes x, float low, float high) {
  x = x < low ? allLanes(low) : x;
  return x > high ? allLanes(high) : x;
}

Lanes sigmoid(Lanes x) { return 1.0F / (1.0F + expLanes(-x)); }

Lanes elu(Lanes x, float alpha) {
  // exp(x) - 1 without what the difference would lose near zero.
  const Lanes below = tanhLanes(x * 0.5F) * (expLanes(x) + 1.0F);
  return x < 0.0F ? alpha * below : x;
}

// The probability that a normal deviate is below x, half of erfc(-x / sqrt 2): the form of formula
// 7.1.26 of Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964, refitted so that the
// error stays below 2e-7 of the result far below zero, too (tests/golden/fit_gelu.py).
Lanes normalProbability(Lanes x) {
  const Lanes z = (x < 0.0F ? -x : x) * 0.707106781F;
  const Lanes t = 1.0F / multiplyAdd(z, allLanes(0.44F), allLanes(1));
  Lanes sum = allLanes(0.0710645355F);
  for (const float term : {-0.277252491F, 0.295423252F, -0.0189477924F, 0.215118276F, 0.217538074F,
                           0.248832683F, 0.248223641F}) {
    sum = multiplyAdd(sum, t, allLanes(term));
  }
  const Lanes beyond = 0.5F * sum * t * expLanes(x * x * -0.5F);
  return x < 0.0F ? beyond : 1.0F - beyond;
}

// The same by 1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)), as Hendrycks and Gimpel have it beside the
// exact form ("Gaussian Error Linear Units", 2016), and as networks were trained with it.
Lanes approximateProbability(Lanes x) {
  const Lanes cubic = x * multiplyAdd(x * x, allLanes(0.044715F), allLanes(1));
  return 1.0F / (1.0F + expLanes(cubic * -1.595769122F));
}

struct Unary {
  std::string_view name;
  UnaryRow row;
};

using P = const Parameters&;

constexpr std::array kUnary = {
    Unary{"tanh", eachOf<[](Lanes x, P) { return tanhLanes(x); }>},
    Unary{"silu", eachOf<[](Lanes x, P) { return x * sigmoid(x); }>},
    Unary{"exp", eachOf<[](Lanes x, P) { return fullExpLanes(x); }>},
    Unary{"log", eachOf<[](Lanes x, P) { return logLanes(x); }>},
    Unary{"sqrt", eachOf<[](Lanes x, P) { return sqrtLanes(x); }>},
    Unary{"abs", eachOf<[](Lanes x, P) { return absoluteLanes(x); }>},
    Unary{"negate", eachOf<[](Lanes x, P) { return -x; }>},
    Unary{"sin", eachOf<[](Lanes x, P) { return sineLanes(x, 0); }>},
    Unary{"cos", eachOf<[](Lanes x, P) { return sineLanes(x, 1); }>},
    Unary{"square", eachOf<[](Lanes x, P) { return x * x; }>},
    Unary{"gelu", eachOf<[](Lanes x, P p) {
            return x * (p[0] == 0 ? normalProbability(x) : approximateProbability(x));
          }>},
    Unary{"elu", eachOf<[](Lanes x, P p) { return elu(x, p[0]); }>},
    Unary{"clip", eachOf<[](Lanes x, P p) { return clipped(x, p[0], p[1]); }>},
    Unary{"hard_sigmoid", eachOf<[](Lanes x, P p) { return clipped(x * p[0] + p[1], 0, 1); }>},
};

struct Binary {
  std::string_view name;
  BinaryRow row;
};

constexpr std::array kBinary = {
    Binary{"subtract", eachPair<[](Lanes a, Lanes b) { return a - b; }>},
    Binary{"divide", eachPair<[](Lanes a, Lanes b) { return a / b; }>},
    Binary{"minimum", eachPair<smaller>},
    Binary{"maximum", eachPair<larger>},
    Binary{"power", eachPair<[](Lanes a, Lanes b) {
             return Lanes{std::pow(a[0], b[0]), std::pow(a[1], b[1]), std::pow(a[2], b[2]),
                          std::pow(a[3], b[3])};
           }>},
    Binary{"prelu", eachPair<[](Lanes x, Lanes slope) { return leaky(x, slope); }>},
    Binary{"glu", eachPair<[](Lanes x, Lanes gate) { return x * sigmoid(gate); }>},
};

template <typename Rows>
auto rowOf(const Rows& rows, std::string_view name) {
  for (const auto& entry : rows) {
    if (entry.name == name) return entry.row;
  }
  return decltype(rows[0].row){};
}

}  // namespace

UnaryRow unaryRow(std::string_view name) { return rowOf(kUnary, name); }

BinaryRow binaryRow(std::string_view name) { return rowOf(kBinary, name); }

}  // namespace divisi::nn
