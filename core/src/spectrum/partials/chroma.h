// Chroma: how strong each pitch class is, from partials.
//
//   Chroma hear(SpectralPeaks& partials, double cents) {
//     ChromaSteps steps{};
//     while (partials.next()) addPartials(partials.peaks(), 1000, steps);
//     return chromaOf(steps, cents);
//   }
//
// A harmonic pitch class profile after Gómez ("Tonal description of music audio signals", 2006):
// each partial counts for the notes of which it may be a harmonic. It is kept in steps of a tenth
// of a semitone until the song's tuning is known.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "spectrum/partials/spectral_peaks.h"

namespace divisi::audio {

inline constexpr size_t kPitchClasses = 12;
/// How strong each pitch class is, C first.
using Chroma = std::array<double, kPitchClasses>;

/// An octave in tenths of a semitone.
inline constexpr size_t kChromaSteps = 10 * kPitchClasses;
/// The same before tuning, from C as A = 440 Hz has it.
using ChromaSteps = std::array<float, kChromaSteps>;

/// @param peaks of a frame; those above `maxHz` are left out.
void addPartials(std::span<const SpectralPeak> peaks, float maxHz, ChromaSteps& steps);

/// @param steps kChromaSteps of them. @param cents the song's tuning.
[[nodiscard]] Chroma chromaOf(std::span<const float> steps, double cents);

}  // namespace divisi::audio
