// Probabilities and their log-odds, in which evidence adds up.
//
//   float surer(float p) { return probability(logOdds(p) + 1); }
#pragma once

#include <algorithm>
#include <cmath>

namespace divisi::beats {

/// Of a probability from 0.001 to 0.999; those beyond count as these.
inline double logOdds(double probability) {
  constexpr double kLeast = 1e-3;
  const double inside = std::clamp(probability, kLeast, 1 - kLeast);
  return std::log(inside / (1 - inside));
}

inline float probability(double logOdds) {
  return static_cast<float>(1 / (1 + std::exp(-logOdds)));
}

}  // namespace divisi::beats
