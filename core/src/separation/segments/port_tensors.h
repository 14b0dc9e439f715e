// Between spectra or samples of a channel pair and the tensors at a network's ports.
#pragma once

#include <cstddef>
#include <span>

#include "separation/segments/document/segment_document.h"
#include "spectrum/stereo_spectrum.h"

namespace divisi::separation {

/// Where elements of a port's tensor lie, for one index of its axis `stems`.
struct PortPlaces {
  PortPlaces(const SegmentPort& port, size_t stem);

  [[nodiscard]] size_t of(size_t column, size_t bin, size_t channel) const {
    return first + column * columnStride + bin * binStride + channel * channelStride;
  }

  size_t first;
  size_t frameStride;
  size_t columnStride;
  size_t binStride;
  size_t channelStride;
  size_t partStride;
  size_t columns;
  size_t bins;
  size_t channels;
};

/// Writes [channel][frames] samples to an input.
void writeWaveform(const SegmentPort& port, const float* samples, size_t frames, float* tensor);

/// Writes a spectrum, or its magnitudes, to an input.
/// @param spectrum [columns][bins of the transform]. @param zeroedBins those that are written as 0.
void writeSpectrum(const SegmentPort& port, const audio::StereoBin* spectrum, size_t transformBins,
                   size_t zeroedBins, float* tensor);

/// Adds what an output says of a stem to [channel][frames] samples.
void addWaveform(const SegmentPort& port, size_t stem, const float* tensor, size_t frames,
                 float* samples);

/// Adds what an output says of a stem, a spectrum, mask or magnitude, to the stem's spectrum.
/// @param mix, spectrum [columns][bins of the transform].
void addSpectrum(const SegmentPort& port, size_t stem, const float* tensor,
                 const audio::StereoBin* mix, size_t transformBins, audio::StereoBin* spectrum);

/// Adds the power of an output's magnitudes of a stem to [columns][bins][2] sums.
void addPowers(const SegmentPort& port, size_t stem, const float* tensor, double exponent,
               float* sums);

/// As addSpectrum(), with the stem's share in sums of powers as its mask.
/// @param floor added to the power: the mask's epsilon by stem. @param sums with epsilon.
void addShared(const SegmentPort& port, size_t stem, const float* tensor, const RatioMask& mask,
               size_t stemCount, const float* sums, const audio::StereoBin* mix,
               size_t transformBins, audio::StereoBin* spectrum);

}  // namespace divisi::separation
