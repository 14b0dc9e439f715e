// LivePitch: mono samples at the model's rate to frames of pitch, each at once.
//
// The network hears two frames at a time with the context before them; what comes behind them is
// not there yet, so the last one stands in its place. (Silence or zeros there, which it was never
// trained to hear, hide the voice. On a sung stem 99 % of the frames then have the pitch that they
// have in the whole audio, and 96 % the same voicing.) They are known as soon as the longest window
// of the second one is there; by twos, as a run costs its context too.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "base/float_buffer.h"
#include "divisi/status.h"
#include "melody/pitch/log_spectra.h"
#include "melody/pitch/melody_network.h"
#include "melody/pitch/pitch_judge.h"

namespace divisi::melody {

/// Frames that a run tells.
inline constexpr size_t kPairFrames = 2;

/// Frames of a run of the network: two, with their context before them, and what stands behind
/// them.
size_t liveFrames(const MelodyDocument& document);

class LivePitch {
 public:
  /// @param network compiled for liveFrames(). @return kUnsupported, kOutOfMemory.
  static Result<std::unique_ptr<LivePitch>> create(std::shared_ptr<MelodyNetwork> network,
                                                   const PitchRange& range);

  /// @return false when memory ran out.
  [[nodiscard]] bool push(std::span<const float> samples) { return spectra_->push(samples); }
  /// Says that the signal has ended.
  [[nodiscard]] bool finish() {
    finished_ = true;
    return spectra_->finish();
  }
  /// The next frames: two, or at the end one; none while samples are missing for them. Valid until
  /// the next call. @param heard false: the network is left out, and the frames have no voice.
  Result<std::span<const PitchFrame>> pull(bool heard);

  /// Samples from a frame's centre on that it needs.
  [[nodiscard]] size_t reach() const { return spectra_->reach(); }

 private:
  LivePitch(std::shared_ptr<MelodyNetwork> network, const PitchRange& range)
      : network_(std::move(network)), judge_(network_->document(), range) {}

  Status run();

  const std::shared_ptr<MelodyNetwork> network_;
  const PitchJudge judge_;
  std::unique_ptr<LogSpectra> spectra_;
  FloatBuffer seen_;            // [band][frame][spectrum]: a run's
  std::vector<float> context_;  // [frame][band][spectrum]: the frames before, then these
  std::array<FrameLevel, kPairFrames> levels_;
  std::array<PitchFrame, kPairFrames> frames_;
  size_t filled_ = 0;  // of these
  bool finished_ = false;
};

}  // namespace divisi::melody
