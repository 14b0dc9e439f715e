// LiveBeatsStream: audio to beats that are about to come, while it sounds.
//
//   input -> mono at the model's rate -> filter bank -> network -> salience -> filter -> clock
//
// Every stage hears the past only, and two frames of a fiftieth of a second go through all of them
// at once, so that results are the same however the audio is cut. Memory is constant as long as
// results are pulled, and so is the work of a frame.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/float_buffer.h"
#include "beats/decoder/accents.h"
#include "beats/decoder/bar_model.h"
#include "beats/live/bar_filter.h"
#include "beats/live/beat_clock.h"
#include "beats/live/live_salience.h"
#include "beats/network/beats_network.h"
#include "divisi/stream.h"
#include "spectrum/log_filterbank.h"
#include "task/event_queue.h"
#include "task/mono_input.h"
#include "task/row_queue.h"

namespace divisi::beats {

/// Frames of features that the network of a live task hears at once.
inline constexpr int kLiveFrames = 2;

/// Indices of the outputs, and numbers of a row of the state.
inline constexpr size_t kToldBeats = 0;
inline constexpr size_t kLiveState = 1;
inline constexpr size_t kStateNumbers = 5;

struct LiveBeatsOptions {
  BarDecoderOptions bars;
  double leadSeconds = 0.2;  ///< beats are told so long before the audio in which they fall
};

class LiveBeatsStream final : public TaskStream {
 public:
  /// @param network compiled for kLiveFrames. @return kOutOfMemory, kUnsupported.
  static Result<std::unique_ptr<LiveBeatsStream>> create(std::shared_ptr<BeatsNetwork> network,
                                                         const StreamFormat& format,
                                                         const LiveBeatsOptions& options);

  [[nodiscard]] const std::vector<Output>& outputs() const override { return outputs_; }
  [[nodiscard]] StreamTiming timing() const override;
  [[nodiscard]] Status push(const AudioView& audio) override;
  /// Time passes: the clock goes on, and beats are told as they were expected.
  [[nodiscard]] Status skip(const AudioView& audio) override;
  [[nodiscard]] Status finish() override;
  [[nodiscard]] size_t available(size_t output) const override;
  size_t pull(size_t output, float* const* planes, size_t maxItems) override;
  size_t pullEvents(size_t output, std::span<Event> events) override;

 private:
  LiveBeatsStream(std::shared_ptr<BeatsNetwork> network, const StreamFormat& format,
                  const LiveBeatsOptions& options);
  Status allocate(double leadSeconds);
  /// Moves what came in on to the filter bank.
  Status takeSamples();
  Status takeFrames();
  Status runNetwork(size_t frames);
  /// A frame after the other: what was heard, or that nothing was.
  Status takeFrame(const FrameSalience& salience, bool heard);

  const std::shared_ptr<BeatsNetwork> network_;
  const StreamFormat format_;
  const double framesPerSecond_;
  const std::vector<Output> outputs_;
  std::unique_ptr<task::MonoInput> input_;
  std::unique_ptr<audio::LogFilterbank> bank_;
  nn::NetworkState state_;
  FloatBuffer chunk_;  // [kLiveFrames][features]
  size_t filled_ = 0;  // frames of chunk_
  Accents accents_;
  LiveSalience salience_;
  FrameSalience last_;
  const BarModel model_;
  BarFilter filter_;
  std::unique_ptr<BeatClock> clock_;
  int64_t frame_ = 0;  // the next one
  task::EventQueue beats_;
  task::RowQueue states_;
};

}  // namespace divisi::beats
