// BeatsStream: audio to activations as it comes, and at the end to beats.
//
//   input -> mono at the model's rate -> filter bank -> chunk -> network -> activations, accents
//                                                              at the end: decoder -> beats
//
// What is kept of the audio is a few numbers for each frame of a fiftieth of a second.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/float_buffer.h"
#include "beats/beat_energy.h"
#include "beats/decoder/accents.h"
#include "beats/decoder/bar_decoder.h"
#include "beats/network/beats_network.h"
#include "beats/network/non_causal.h"
#include "divisi/stream.h"
#include "spectrum/log_filterbank.h"
#include "task/event_queue.h"
#include "task/mono_input.h"
#include "task/row_queue.h"

namespace divisi::beats {

/// Indices of the outputs.
inline constexpr size_t kBeats = 0;
inline constexpr size_t kSummary = 1;
inline constexpr size_t kActivationRows = 2;
inline constexpr size_t kEnergies = 3;
/// Numbers of a row of the summary: tempo, tempo confidence, beats a bar.
inline constexpr size_t kSummaryNumbers = 3;

class BeatsStream final : public TaskStream {
 public:
  /// @return kOutOfMemory, kUnsupported.
  static Result<std::unique_ptr<BeatsStream>> create(std::shared_ptr<BeatsNetwork> network,
                                                     const StreamFormat& format,
                                                     const BarDecoderOptions& options);

  [[nodiscard]] const std::vector<Output>& outputs() const override { return outputs_; }
  [[nodiscard]] StreamTiming timing() const override;
  [[nodiscard]] Status push(const AudioView& audio) override;
  [[nodiscard]] Status finish() override;
  [[nodiscard]] size_t available(size_t output) const override;
  size_t pull(size_t output, float* const* planes, size_t maxItems) override;
  size_t pullEvents(size_t output, std::span<Event> events) override;

 private:
  BeatsStream(std::shared_ptr<BeatsNetwork> network, const StreamFormat& format,
              const BarDecoderOptions& options);
  Status allocate();
  /// Turns the samples that are ready into frames and these into activations.
  Status takeSamples();
  Status takeFrames();
  /// Runs the network on the chunk, of which `frames` are filled.
  Status runChunk();
  void takeHindsight();
  Status decode();

  const std::shared_ptr<BeatsNetwork> network_;
  const StreamFormat format_;
  const BarDecoderOptions options_;
  const std::vector<Output> outputs_;
  std::unique_ptr<task::MonoInput> input_;
  std::unique_ptr<audio::LogFilterbank> bank_;
  nn::NetworkState state_;
  FloatBuffer chunk_;  // [chunkFrames][features]
  size_t filled_ = 0;  // frames of chunk_
  Accents accents_;
  std::vector<FrameEvidence> evidence_;   // of every frame
  std::unique_ptr<NonCausal> nonCausal_;  // where the model has a non-causal network
  size_t heardFromBothSides_ = 0;         // frames of evidence_ that it has given
  BeatEnergy energy_;
  task::EventQueue beats_;
  task::RowQueue summary_;
  task::RowQueue activations_;
  task::RowQueue energies_;
};

}  // namespace divisi::beats
