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
Lanes smaller(Lanes a, Lanes b) { return ((a < b) | (a != a)) ? a : b; }
Lanes larger(Lanes a, Lanes b) { return ((a > b) | (a != a)) ? a : b; }

Lanes clipped(Lanes x, float low, float high) {
  x = x < low ? allLanes(low) : x;
  return x > high ? allLanes(high) : x;
}

Lanes sigmoid(Lanes x) { return 1.0F / (1.0F + expLanes(-x)); }

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
