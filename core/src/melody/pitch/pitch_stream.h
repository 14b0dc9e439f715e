// PitchStream: mono samples at the model's rate to frames of pitch.
//
//   void use(const PitchFrame& frame);
//
//   Status hear(PitchStream& stream, std::span<const float> samples) {
//     const auto consumer = [](const PitchFrame& frame) {
//       use(frame);
//       return Status();
//     };
//     Status status = stream.push(samples, consumer);      // block by block
//     return status.ok() ? stream.finish(consumer) : status;
//   }
//
// The network hears windows that overlap by the context that it needs on both sides; the last one
// ends where the audio does. So every frame gets what one run over the whole audio would give
// (audio shorter than a window is followed by silence up to its length). Memory is that of two
// windows.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/float_buffer.h"
#include "divisi/status.h"
#include "melody/pitch/log_spectra.h"
#include "melody/pitch/melody_network.h"
#include "melody/pitch/pitch_judge.h"

namespace divisi::melody {

class PitchStream {
 public:
  using Consumer = std::function<Status(const PitchFrame&)>;

  /// @return kUnsupported, kOutOfMemory.
  static Result<std::unique_ptr<PitchStream>> create(std::shared_ptr<MelodyNetwork> network,
                                                     const PitchRange& range);

  /// @return kOutOfMemory, or the first error of the consumer.
  Status push(std::span<const float> samples, const Consumer& consumer);
  /// The audio has ended: gives the rest of its frames.
  Status finish(const Consumer& consumer);

  /// Samples from the beginning of the first frame to the last that it waits for.
  [[nodiscard]] uint64_t latency() const;
  /// Samples from run to run.
  [[nodiscard]] uint64_t runHop() const;

 private:
  PitchStream(std::shared_ptr<MelodyNetwork> network, const PitchRange& range)
      : network_(std::move(network)), judge_(network_->document(), range) {}

  Status takeFrames(const Consumer& consumer);
  /// Appends a frame to the window.
  void keep(std::span<const float> frame, FrameLevel level);
  /// Hears the last frames, and gives those before `end` that were not given yet.
  Status run(uint64_t end, const Consumer& consumer);

  const std::shared_ptr<MelodyNetwork> network_;
  const PitchJudge judge_;
  std::unique_ptr<LogSpectra> spectra_;
  FloatBuffer seen_;           // [band][frame][spectrum]: a run's
  std::vector<float> frames_;  // [frame][band][spectrum], up to two windows
  std::vector<FrameLevel> levels_;
  uint64_t heard_ = 0;  // frames that were appended
  uint64_t given_ = 0;
};

}  // namespace divisi::melody
