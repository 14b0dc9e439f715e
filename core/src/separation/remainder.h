// Remainder: what the other stems leave of the input: a stem, or the residual of all stems.
//
//   // Reserved for the channels and the stems' latency before. False: out of memory.
//   bool giveRemainder(Remainder& remainder, const AudioView& block, const StemResampling& stems,
//                      size_t stemCount, size_t frames, audio::SampleQueue& out) {
//     if (!remainder.push(block)) return false;
//     return remainder.take(stems, stemCount, frames, out);   // the oldest less those of the stems
//   }
//
// Taken at the input's own rate: nothing that the model cannot represent is lost, and the stems add
// up to the input by construction.
#pragma once

#include <cstddef>
#include <cstdint>

#include "audio/sample_queue.h"
#include "divisi/audio.h"
#include "separation/stem_resampling.h"

namespace divisi::separation {

class Remainder {
 public:
  /// @param early frames at the beginning of what is pushed that no stem has.
  explicit Remainder(uint64_t early) : early_(early) {}

  /// @param latency frames that the stems are late. @return false when memory ran out.
  [[nodiscard]] bool reserve(int channelCount, size_t latency);
  [[nodiscard]] bool push(const AudioView& audio);
  /// Appends the next `frames` frames less those of all stems to `out`, which are then gone.
  [[nodiscard]] bool take(const StemResampling& stems, size_t stemCount, size_t frames,
                          audio::SampleQueue& out);

 private:
  audio::SampleQueue delayed_;  // input not yet part of any output
  uint64_t early_;
};

}  // namespace divisi::separation
