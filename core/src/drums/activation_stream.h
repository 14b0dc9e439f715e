// ActivationStream: samples at a model's rate to log-odds of hits, frame by frame.
//
//   void use(std::span<const float> logOdds);
//
//   Status hear(ActivationStream& stream, std::span<const float> samples) {
//     return stream.push(samples, [](std::span<const float> odds) {
//       use(odds);
//       return Status();
//     });   // finish() at the end
//   }
//
// The network hears windows that overlap by the context that it needs on both sides, and silence
// beyond both ends of the stream, so that every frame gets what one run over the whole would give.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/float_buffer.h"
#include "divisi/status.h"
#include "drums/drums_network.h"
#include "spectrum/log_filterbank.h"

namespace divisi::drums {

class ActivationStream {
 public:
  /// Of a frame: [kLogOdds][instruments].
  using Consumer = std::function<Status(std::span<const float>)>;

  /// @return kOutOfMemory.
  static Result<std::unique_ptr<ActivationStream>> create(std::shared_ptr<DrumsNetwork> network);

  /// @return the first error of the consumer; kOutOfMemory.
  Status push(std::span<const float> samples, const Consumer& consumer);
  /// The stream has ended.
  Status finish(const Consumer& consumer);

  /// Samples that must have been pushed before the first frames come.
  [[nodiscard]] uint64_t latency() const;
  /// Samples from one run of the network to the next.
  [[nodiscard]] uint64_t runInterval() const;

 private:
  ActivationStream(std::shared_ptr<DrumsNetwork> network,
                   std::unique_ptr<audio::LogFilterbank> bank, FloatBuffer window);

  Status takeFrames(const Consumer& consumer);
  /// Runs the network, gives what it says of the frames before `end`, and moves on.
  Status run(size_t end, const Consumer& consumer);

  const std::shared_ptr<DrumsNetwork> network_;
  const std::unique_ptr<audio::LogFilterbank> bank_;
  const size_t frames_;       // of a window
  const size_t context_;      // at either of its ends
  const size_t width_;        // bands
  std::vector<float> frame_;  // bands, and their rises, which the network does not hear
  FloatBuffer window_;        // [frames_][width_]
  size_t filled_;             // frames of the window
};

}  // namespace divisi::drums
