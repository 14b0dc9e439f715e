#include "separation/segments/port_tensors.h"

#include <algorithm>
#include <cmath>

namespace divisi::separation {
namespace {

size_t sizeOf(const SegmentPort& port, Axis axis) {
  return static_cast<size_t>(port.sizes[static_cast<size_t>(axis)]);
}

/// Calls visit(column, bin, channel, place in the tensor, place in [column][transform bin]) for
/// every bin that the port has.
template <typename Visit>
void forEachBin(const SegmentPort& port, const PortPlaces& places, size_t transformBins,
                const Visit& visit) {
  const auto firstBin = static_cast<size_t>(port.firstBin);
  for (size_t column = 0; column < places.columns; ++column) {
    for (size_t bin = 0; bin < places.bins; ++bin) {
      for (size_t channel = 0; channel < places.channels; ++channel) {
        visit(column, bin, channel, places.of(column, bin, channel),
              column * transformBins + firstBin + bin);
      }
    }
  }
}

float magnitudeOf(const audio::StereoBin& bin, size_t channel) {
  return std::sqrt(bin.re[channel] * bin.re[channel] + bin.im[channel] * bin.im[channel]);
}

/// Magnitudes are not negative: a network's rounding below zero counts as nothing.
float powerOf(float magnitude, double exponent) {
  const float value = std::max(magnitude, 0.0F);
  if (exponent == 1) return value;
  return exponent == 2 ? value * value : std::pow(value, static_cast<float>(exponent));
}

}  // namespace

PortPlaces::PortPlaces(const SegmentPort& port, size_t stem)
    : first(stem * port.layout.stride(Axis::kStems, port.sizes)),
      frameStride(port.layout.stride(Axis::kFrames, port.sizes)),
      columnStride(port.layout.stride(Axis::kColumns, port.sizes)),
      binStride(port.layout.stride(Axis::kBins, port.sizes)),
      channelStride(port.layout.stride(Axis::kChannels, port.sizes)),
      partStride(port.layout.stride(Axis::kParts, port.sizes)),
      columns(sizeOf(port, Axis::kColumns)),
      bins(sizeOf(port, Axis::kBins)),
      channels(sizeOf(port, Axis::kChannels)) {}

void writeWaveform(const SegmentPort& port, const float* samples, size_t frames, float* tensor) {
  const PortPlaces places(port, 0);
  for (size_t channel = 0; channel < places.channels; ++channel) {
    float* to = tensor + channel * places.channelStride;
    for (size_t n = 0; n < frames; ++n) to[n * places.frameStride] = samples[channel * frames + n];
  }
}

void writeSpectrum(const SegmentPort& port, const audio::StereoBin* spectrum, size_t transformBins,
                   size_t zeroedBins, float* tensor) {
  const PortPlaces places(port, 0);
  const bool isComplex = port.value == PortValue::kSpectrum;
  const auto firstBin = static_cast<size_t>(port.firstBin);
  forEachBin(port, places, transformBins,
             [&](size_t /*column*/, size_t bin, size_t channel, size_t place, size_t from) {
               const bool isZeroed = firstBin + bin < zeroedBins;
               const audio::StereoBin value = isZeroed ? audio::StereoBin{} : spectrum[from];
               if (isComplex) {
                 tensor[place] = value.re[channel];
                 tensor[place + places.partStride] = value.im[channel];
               } else {
                 tensor[place] = magnitudeOf(value, channel);
               }
             });
}

void addWaveform(const SegmentPort& port, size_t stem, const float* tensor, size_t frames,
                 float* samples) {
  const PortPlaces places(port, stem);
  for (size_t channel = 0; channel < places.channels; ++channel) {
    const float* from = tensor + places.first + channel * places.channelStride;
    float* to = samples + channel * frames;
    for (size_t n = 0; n < frames; ++n) to[n] += port.gain * from[n * places.frameStride];
  }
}

void addSpectrum(const SegmentPort& port, size_t stem, const float* tensor,
                 const audio::StereoBin* mix, size_t transformBins, audio::StereoBin* spectrum) {
  const PortPlaces places(port, stem);
  const float gain = port.gain;
  const bool hasParts = places.partStride != 0;
  const auto add = [&](const auto& estimate) {
    forEachBin(port, places, transformBins,
               [&](size_t /*column*/, size_t /*bin*/, size_t channel, size_t place, size_t to) {
                 const float re = gain * tensor[place];
                 const float im = hasParts ? gain * tensor[place + places.partStride] : 0;
                 estimate(channel, re, im, mix[to], spectrum[to]);
               });
  };
  if (port.value == PortValue::kSpectrum) {
    add([](size_t c, float re, float im, const audio::StereoBin& /*mix*/, audio::StereoBin& to) {
      to.re[c] += re;
      to.im[c] += im;
    });
  } else if (port.value == PortValue::kMask) {
    add([](size_t c, float re, float im, const audio::StereoBin& of, audio::StereoBin& to) {
      to.re[c] += re * of.re[c] - im * of.im[c];
      to.im[c] += re * of.im[c] + im * of.re[c];
    });
  } else {
    // A magnitude, with the mix's phase.
    add([](size_t c, float re, float /*im*/, const audio::StereoBin& of, audio::StereoBin& to) {
      const float magnitude = magnitudeOf(of, c);
      if (magnitude == 0) return;
      to.re[c] += re / magnitude * of.re[c];
      to.im[c] += re / magnitude * of.im[c];
    });
  }
}

void addPowers(const SegmentPort& port, size_t stem, const float* tensor, double exponent,
               float* sums) {
  const PortPlaces places(port, stem);
  forEachBin(port, places, 0,
             [&](size_t column, size_t bin, size_t channel, size_t place, size_t /*to*/) {
               sums[(column * places.bins + bin) * 2 + channel] +=
                   powerOf(port.gain * tensor[place], exponent);
             });
}

void addShared(const SegmentPort& port, size_t stem, const float* tensor, const RatioMask& mask,
               size_t stemCount, const float* sums, const audio::StereoBin* mix,
               size_t transformBins, audio::StereoBin* spectrum) {
  const PortPlaces places(port, stem);
  const auto floor = static_cast<float>(mask.epsilon / static_cast<double>(stemCount));
  forEachBin(port, places, transformBins,
             [&](size_t column, size_t bin, size_t channel, size_t place, size_t to) {
               const float power = powerOf(port.gain * tensor[place], mask.exponent) + floor;
               const float share = power / sums[(column * places.bins + bin) * 2 + channel];
               spectrum[to].re[channel] += share * mix[to].re[channel];
               spectrum[to].im[channel] += share * mix[to].im[channel];
             });
}

}  // namespace divisi::separation
