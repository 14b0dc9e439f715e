// NonCausal: runs a model's non-causal network over a stream of frames.
//
//   void use(const BeatOdds& odds);
//
//   Status hear(NonCausal& network, std::span<const float> bands, std::span<const float> heard) {
//     if (Status status = network.push(bands, heard); !status.ok()) return status;
//     for (const BeatOdds& odds : network.take()) use(odds);
//     return {};   // finish() at the end
//   }
//
// The network hears windows that overlap by the context that it needs on both sides, and silence
// beyond both ends of the stream, so that every frame gets what one run over the whole would give.
// What is held is one window: for BeatNet's 41 s, 1.1 MB, whatever the length of the song.
#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/float_buffer.h"
#include "beats/network/beats_network.h"
#include "divisi/status.h"

namespace divisi::beats {

/// Of one frame: probabilities.
struct BeatOdds {
  float beat = 0;  ///< downbeats included
  float downbeat = 0;
};

class NonCausal {
 public:
  /// Precondition: the network's document has a non-causal one. @return kOutOfMemory.
  static Result<std::unique_ptr<NonCausal>> create(std::shared_ptr<BeatsNetwork> network);

  /// @param bands of a frame. @param activations of the same: beat, downbeat.
  Status push(std::span<const float> bands, std::span<const float> activations);
  /// The stream has ended.
  Status finish();

  /// What has become known since the last take(), in the order of the frames.
  std::vector<BeatOdds> take() { return std::exchange(known_, {}); }

 private:
  NonCausal(std::shared_ptr<BeatsNetwork> network, FloatBuffer window);

  /// Runs the network, keeps what it says of the frames before `end`, and moves on.
  Status run(size_t end);

  const std::shared_ptr<BeatsNetwork> network_;
  const size_t frames_;   // of a window
  const size_t context_;  // at either of its ends
  const size_t width_;
  FloatBuffer window_;  // [frames_][width_]
  size_t filled_;       // frames of the window
  std::vector<BeatOdds> known_;
};

}  // namespace divisi::beats
