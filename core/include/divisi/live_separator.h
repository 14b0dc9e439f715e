// LiveSeparator: splits a stream into stems while it is heard, with a latency that is short, known
// and constant.
//
//   Result<std::unique_ptr<LiveSeparator>> start(const Model& model) {
//     return LiveSeparator::create(model, {.sampleRate = 48000, .latency = 1.0});
//   }
//   size_t process(LiveSeparator& live, const AudioView& block, float* const* const* out) {
//     const Status status = live.push(block);       // runs the networks when hopFrames() are new
//     return status.ok() ? live.pull(out, block.frameCount) : 0;   // as many frames as were pushed
//   }
//
// What comes out is what went in, latency() frames later: silence first, then the stems of the
// first frame. Between them nothing is dropped or repeated, whatever the blocks and the rate; stems
// add up to the delayed input.
//
// Each run of the networks hears a window of the last few seconds whose missing future is the
// newest part mirrored, and gives the masks of the frames that have become old enough. So shorter
// latencies cost more runs and some quality: docs/live.md and docs/quality.md have
// both for each. For the rest it works
// as Separator's default mode: the level of all that was heard so far, the network's whole band
// extended, the remainder stem as the input less the others.
//
// Threads: one at a time per instance. Allocation: nothing after create().
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "divisi/audio.h"
#include "divisi/model.h"
#include "divisi/status.h"

namespace divisi {

/// What LiveSeparatorOptions::latency can be, in seconds: nominal values for a model at 44.1 kHz
/// like Spleeter's; latency() has the exact one.
inline constexpr std::array<double, 5> kLiveLatencies = {2.0, 1.5, 1.0, 0.7, 0.5};

/// What a LiveSeparator takes, and how late it gives it.
struct LiveSeparatorOptions {
  int sampleRate = 44100;  ///< of the audio that will be pushed, kMinSampleRate to kMaxSampleRate
  int channelCount = 2;    ///< 1 to kMaxChannels, in the order of Web Audio (L R C LFE SL SR)
  double latency = 1.0;    ///< one of kLiveLatencies
  /// The stems to compute, a subset of the model's; empty means all, in the model's order.
  std::vector<std::string> stems = {};
};

/// Separates one stream while it is heard.
class LiveSeparator {
 public:
  /// Compiles the model's networks and allocates every buffer. `model` is not needed afterwards.
  /// @return as Separator::create; kBadOption for a latency that is none of kLiveLatencies.
  static Result<std::unique_ptr<LiveSeparator>> create(const Model& model,
                                                       const LiveSeparatorOptions& options);
  virtual ~LiveSeparator() = default;

  /// Names of the stems, in the order of pull()'s output.
  [[nodiscard]] virtual const std::vector<std::string>& stems() const = 0;

  /// Frames from a frame's going in to its coming out, at the input's rate. Never changes.
  [[nodiscard]] virtual size_t latency() const = 0;

  /// About how many frames, at the input's rate, lie between two runs of the networks: a push()
  /// that completes them takes as long as a run.
  [[nodiscard]] virtual size_t hopFrames() const = 0;

  /// Takes the next frames of the stream, any number of them.
  /// @param audio channelCount as in the options. Borrowed.
  /// @return kBadAudio (wrong channel count; NaN or infinity, with channel and frame),
  /// kOutOfMemory. After an error other than kBadAudio the instance can only be destroyed; after
  /// kBadAudio nothing of `audio` was taken.
  [[nodiscard]] virtual Status push(const AudioView& audio) = 0;

  /// As push(), without running the networks, for a caller that cannot keep up: in thousands of
  /// times real time the stream goes on, and each stem gets an equal share of the mix for as long
  /// as the runs that were left out would have lasted. Stems still add up to the input. Frames that
  /// were lost before they could be pushed are skipped as silence.
  [[nodiscard]] virtual Status skip(const AudioView& audio) = 0;

  /// Frames ready to be pulled: as many as were pushed and not yet pulled.
  [[nodiscard]] virtual size_t available() const = 0;

  /// Moves up to `maxFrames` ready frames of every stem into out[stem][channel][frame].
  /// @return the number of frames written, 0 when none is ready.
  [[nodiscard]] virtual size_t pull(float* const* const* out, size_t maxFrames) = 0;
};

}  // namespace divisi
