"""Prints the coefficients of `gelu` in core/src/nn/algebra/element_functions.cpp.

erfc(z) = exp(-z^2) * t * polynomial(t), t = 1 / (1 + 0.44 z), as in the formulas 7.1.25 to 7.1.28
of Abramowitz and Stegun, but with the least relative error rather than the least absolute one,
which leaves no digit right far below zero. Fitted by Lawson's reweighted least squares for z up to
9.5.
"""

import math

import numpy as np

RATE, DEGREE, FARTHEST, POINTS = 0.44, 7, 9.5, 300

lowest = 1 / (1 + RATE * FARTHEST)
angles = (np.arange(POINTS) + 0.5) * np.pi / POINTS
t = (lowest + 1) / 2 + (1 - lowest) / 2 * np.cos(angles)
z = (1 / t - 1) / RATE
wanted = np.array([math.exp(x * x) * math.erfc(x) for x in z]) / t
powers = np.vander(t, DEGREE + 1, increasing=True) / wanted[:, None]
weights = np.ones(POINTS)
for _ in range(200):
    root = np.sqrt(weights)
    coefficients = np.linalg.lstsq(powers * root[:, None], root, rcond=None)[0]
    errors = np.abs(powers @ coefficients - 1)
    weights *= errors / np.mean(weights * errors)
print("relative error", errors.max())
print("from the constant on:", *(f"{c:.9g}F," for c in coefficients))
