// How well a chroma vector fits each of the 24 keys.
#pragma once

#include <array>
#include <cstddef>

#include "spectrum/partials/chroma.h"

namespace divisi::key {

using audio::Chroma;
using audio::kPitchClasses;
/// C major to B major, then C minor to B minor.
inline constexpr size_t kKeys = 2 * kPitchClasses;

/// A number for each key.
using KeyValues = std::array<double, kKeys>;

/// The key whose scale has the same notes: A minor for C major.
[[nodiscard]] size_t relativeOf(size_t key);

/// The correlation of the chroma with each key's profile, -1 to 1; all 0 for a flat chroma.
[[nodiscard]] KeyValues correlations(const Chroma& chroma);

/// From correlations to how likely each key is; they add up to 1.
[[nodiscard]] KeyValues likelihoods(const KeyValues& correlations);

}  // namespace divisi::key
