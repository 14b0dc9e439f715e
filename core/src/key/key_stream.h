// KeyStream: the stream of the task "key".
//
//   input -> mono at 22.05 kHz -> partials -> tuning and chroma; keys at the end
#pragma once

#include <memory>
#include <vector>

#include "divisi/key.h"
#include "key/key_finder.h"
#include "spectrum/partials/spectral_peaks.h"
#include "spectrum/partials/tuning.h"
#include "task/event_queue.h"
#include "task/mono_input.h"
#include "task/row_queue.h"

namespace divisi::key {

/// Gets good audio only, and no call after a fault (CheckedStream).
class KeyStream final : public TaskStream {
 public:
  /// @return kOutOfMemory.
  static Result<std::unique_ptr<KeyStream>> create(const StreamFormat& format);

  [[nodiscard]] const std::vector<Output>& outputs() const override { return outputs_; }
  /// Nothing comes before the end.
  [[nodiscard]] StreamTiming timing() const override { return {}; }
  [[nodiscard]] Status push(const AudioView& audio) override;
  [[nodiscard]] Status finish() override;
  [[nodiscard]] size_t available(size_t output) const override {
    return output == kKeyPartsOutput ? parts_.available() : summary_.available();
  }
  size_t pull(size_t output, float* const* planes, size_t maxItems) override {
    return output == kKeySummaryOutput ? summary_.pull(planes[0], maxItems) : 0;
  }
  size_t pullEvents(size_t output, std::span<Event> events) override {
    return output == kKeyPartsOutput ? parts_.pull(events) : 0;
  }

 private:
  explicit KeyStream(const StreamFormat& format) : format_(format) {}
  Status takeSamples();
  Status takeFrames();
  Status give(const SongKeys& keys, const audio::Tuning& tuning);

  const StreamFormat format_;
  std::vector<Output> outputs_;
  std::unique_ptr<task::MonoInput> input_;
  std::unique_ptr<audio::SpectralPeaks> partials_;
  std::unique_ptr<KeyFinder> finder_;
  audio::TuningMeter tuning_;
  task::EventQueue parts_;
  task::RowQueue summary_;
};

}  // namespace divisi::key
