// StemResampling: the rendered stems from the model's rate back to the input's, in step.
//
//   void use(const float* samples, size_t frames);
//
//   Status resample(StemResampling& stems, std::span<const float* const* const> rendered,
//                   size_t frames) {                // after start()
//     for (size_t stem = 0; stem < rendered.size(); ++stem) {
//       const Status status = stems.push(stem, rendered[stem], frames);
//       if (!status.ok()) return status;
//     }
//     const size_t ready = stems.ready();           // of every stem the same frames
//     for (size_t stem = 0; stem < rendered.size(); ++stem) use(stems.channel(stem, 0), ready);
//     stems.drop(ready);
//     return {};
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "audio/resampler.h"
#include "audio/sample_queue.h"
#include "divisi/status.h"
#include "separation/method/timeline.h"

namespace divisi::separation {

class StemResampling {
 public:
  /// @param count at least 1. @return kOutOfMemory.
  static Result<std::unique_ptr<StemResampling>> create(size_t count, int channelCount,
                                                        int modelRate, int inputRate);

  [[nodiscard]] const audio::ResamplerTiming& timing() const {
    return stems_.front().resampler->timing();
  }

  /// Sets the run's start, before the first push().
  Status start(const RunStart& start);

  /// Takes channels[channel][frame], as many of every stem.
  Status push(size_t stem, const float* const* channels, size_t frames);
  /// @param inputEnd the song's length, in input frames.
  Status finish(uint64_t inputEnd);

  /// Frames of all stems that are ready, from RunStart::outputFrame on.
  [[nodiscard]] size_t ready();
  [[nodiscard]] const float* channel(size_t stem, int channel) const {
    return stems_[stem].ready.channel(channel);
  }
  void drop(size_t frames);

 private:
  struct Stem {
    std::unique_ptr<audio::Resampler> resampler;
    audio::SampleQueue ready;
  };

  StemResampling() = default;

  std::vector<Stem> stems_;
  uint64_t alignedFrame_ = 0;
  uint64_t surplus_ = 0;  // frames that still come before the first that is wanted
};

}  // namespace divisi::separation
