// LiveMelodyStream: the live form of the task "melody", whose notes begin and end as they are sung.
//
//   input -> mono at the model's rate -> spectra -> network -> pitch -> beginnings and ends of
//   notes
#pragma once

#include <memory>
#include <vector>

#include "divisi/melody.h"
#include "melody/live/live_pitch.h"
#include "melody/live/voice_tracker.h"
#include "task/event_queue.h"
#include "task/mono_input.h"
#include "task/row_queue.h"

namespace divisi::melody {

/// Gets good audio only, and no call after a fault (CheckedStream).
class LiveMelodyStream final : public TaskStream {
 public:
  /// @return kUnsupported, kOutOfMemory.
  static Result<std::unique_ptr<LiveMelodyStream>> create(std::shared_ptr<MelodyNetwork> network,
                                                          const StreamFormat& format,
                                                          const PitchRange& range);

  [[nodiscard]] const std::vector<Output>& outputs() const override { return outputs_; }
  [[nodiscard]] StreamTiming timing() const override;
  [[nodiscard]] Status push(const AudioView& audio) override { return take(audio, true); }
  [[nodiscard]] Status skip(const AudioView& audio) override { return take(audio, false); }
  [[nodiscard]] Status finish() override;
  [[nodiscard]] size_t available(size_t output) const override {
    return output == kNoteChangesOutput ? changes_.available() : pitch_.available();
  }
  size_t pull(size_t output, float* const* planes, size_t maxItems) override {
    return output == kLivePitchOutput ? pitch_.pull(planes[0], maxItems) : 0;
  }
  size_t pullEvents(size_t output, std::span<Event> events) override {
    return output == kNoteChangesOutput ? changes_.pull(events) : 0;
  }

 private:
  LiveMelodyStream(const MelodyDocument& document, const StreamFormat& format);

  Status take(const AudioView& audio, bool heard);
  Status takeSamples(bool heard);
  Status tell(std::span<const NoteChange> changes);

  const StreamFormat format_;
  const int modelRate_;
  const double frameSeconds_;
  const size_t hop_;
  const std::vector<Output> outputs_;
  std::unique_ptr<task::MonoInput> input_;
  std::unique_ptr<LivePitch> frames_;
  VoiceTracker tracker_;
  task::EventQueue changes_;
  task::RowQueue pitch_;
};

}  // namespace divisi::melody
