// RateConverter: what changes the sample rate of a planar stream, whatever its filter.
#pragma once

#include <cstddef>
#include <cstdint>

#include "audio/sample_queue.h"
#include "divisi/status.h"

namespace divisi::audio {

/// When what comes out of a converter, by its reduced rates.
struct ResamplerTiming {
  uint64_t in = 1;     ///< input frames of a period, after which the filter's phases repeat
  uint64_t out = 1;    ///< output frames of a period
  uint64_t delay = 0;  ///< input frames that a frame's filter looks ahead, and back

  /// How many input frames must be pushed before `outputFrames` frames have come out.
  [[nodiscard]] uint64_t inputNeeded(uint64_t outputFrames) const;
  /// How many output frames have come out when `inputFrames` frames have been pushed.
  [[nodiscard]] uint64_t outputReady(uint64_t inputFrames) const;
  /// The last start of a period from which a fresh resampler gives `outputFrame`, and all after it,
  /// as one that had the whole input.
  [[nodiscard]] uint64_t alignedInput(uint64_t outputFrame) const;
};

class RateConverter {
 public:
  virtual ~RateConverter() = default;

  /// Takes channels[channel][offset .. offset + frames) and appends to `out`. @return kOutOfMemory.
  virtual Status push(const float* const* channels, size_t offset, size_t frames,
                      SampleQueue& out) = 0;

  /// Ends the stream: the input counts as followed by silence until `outputFrames` frames have come
  /// out in all.
  virtual Status finish(uint64_t outputFrames, SampleQueue& out) = 0;

  [[nodiscard]] virtual const ResamplerTiming& timing() const = 0;
};

}  // namespace divisi::audio
