// Spectra of a channel pair, frame by frame: left and right of a bin side by side, as the network's
// magnitudes and masks have them. An Stft's lanes are (left, right) of one frame, then of another.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "spectrum/stft.h"

namespace divisi::audio {

struct StereoBin {
  float re[2];
  float im[2];
};

/// Takes two frames apart. @param first, second spectrum.size() bins each.
void splitFrames(std::span<const LaneBin> spectrum, StereoBin* first, StereoBin* second);

/// Puts two frames together: what splitFrames() took apart.
void joinFrames(const StereoBin* first, const StereoBin* second, std::span<LaneBin> spectrum);

/// Magnitudes times `gain`. @param out [bins][2]. @return the largest.
float scaledMagnitudes(const StereoBin* frame, size_t bins, float gain, float* out);

/// What masks two frames: [maskedBins][2] each, and for the bins above them one value a channel.
struct FrameMask {
  const float* bins = nullptr;
  std::array<float, 2> above{};
};

/// Puts two masked frames together: what splitFrames() took apart, times the masks.
void joinMasked(const std::array<const StereoBin*, 2>& frames,
                const std::array<FrameMask, 2>& masks, size_t maskedBins,
                std::span<LaneBin> spectrum);

/// The average of a frame's mask from bin `first` to bin `last`, per channel.
std::array<float, 2> meanMask(const float* mask, size_t first, size_t last);

}  // namespace divisi::audio
