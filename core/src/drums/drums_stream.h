// DrumsStream: the stream of the task "drums".
//
//   input -> mono at the model's rate -> bands -> windows -> log-odds -> hits
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "divisi/drums.h"
#include "drums/activation_stream.h"
#include "drums/drums_network.h"
#include "drums/hit_picker.h"
#include "task/event_queue.h"
#include "task/mono_input.h"
#include "task/row_queue.h"

namespace divisi::drums {

/// Gets good audio only, and no call after a fault (CheckedStream).
class DrumsStream final : public TaskStream {
 public:
  /// @param sensitivity 0 to 1. @return kOutOfMemory.
  static Result<std::unique_ptr<DrumsStream>> create(std::shared_ptr<DrumsNetwork> network,
                                                     const StreamFormat& format,
                                                     double sensitivity);

  [[nodiscard]] const std::vector<Output>& outputs() const override { return outputs_; }
  [[nodiscard]] StreamTiming timing() const override;
  [[nodiscard]] Status push(const AudioView& audio) override;
  [[nodiscard]] Status finish() override;
  [[nodiscard]] size_t available(size_t output) const override {
    return output == kHitsOutput ? hits_.available() : velocities_.available();
  }
  size_t pull(size_t output, float* const* planes, size_t maxItems) override {
    return output == kVelocitiesOutput ? velocities_.pull(planes[0], maxItems) : 0;
  }
  size_t pullEvents(size_t output, std::span<Event> events) override {
    return output == kHitsOutput ? hits_.pull(events) : 0;
  }

 private:
  DrumsStream(std::shared_ptr<DrumsNetwork> network, const StreamFormat& format,
              double sensitivity);

  [[nodiscard]] Status create();
  /// Turns the samples that are ready into hits.
  Status takeSamples();
  Status tell();

  const std::shared_ptr<DrumsNetwork> network_;
  const StreamFormat format_;
  const std::vector<Output> outputs_;
  const ActivationStream::Consumer pick_;
  std::unique_ptr<task::MonoInput> input_;
  std::unique_ptr<ActivationStream> activations_;
  HitPicker picker_;
  task::EventQueue hits_;
  task::RowQueue velocities_;
};

}  // namespace divisi::drums
