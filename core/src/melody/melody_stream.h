// MelodyStream: the stream of the task "melody".
//
//   input -> mono at the model's rate -> spectra -> network -> pitch -> notes as they are known
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "divisi/melody.h"
#include "melody/melody_decoder.h"
#include "melody/pitch/melody_network.h"
#include "melody/pitch/pitch_stream.h"
#include "task/event_queue.h"
#include "task/mono_input.h"
#include "task/row_queue.h"

namespace divisi::melody {

/// Gets good audio only, and no call after a fault (CheckedStream).
class MelodyStream final : public TaskStream {
 public:
  /// @return kUnsupported, kOutOfMemory.
  static Result<std::unique_ptr<MelodyStream>> create(std::shared_ptr<MelodyNetwork> network,
                                                      const StreamFormat& format,
                                                      const PitchRange& range);

  [[nodiscard]] const std::vector<Output>& outputs() const override { return outputs_; }
  [[nodiscard]] StreamTiming timing() const override;
  [[nodiscard]] Status push(const AudioView& audio) override;
  [[nodiscard]] Status finish() override;
  [[nodiscard]] size_t available(size_t output) const override;
  size_t pull(size_t output, float* const* planes, size_t maxItems) override;
  size_t pullEvents(size_t output, std::span<Event> events) override {
    return output == kNotesOutput ? notes_.pull(events) : 0;
  }

 private:
  MelodyStream(std::shared_ptr<MelodyNetwork> network, const StreamFormat& format);

  [[nodiscard]] Status create(const PitchRange& range);
  Status takeSamples();
  Status takeFrame(const PitchFrame& frame);
  Status tellNotes();

  const std::shared_ptr<MelodyNetwork> network_;
  const StreamFormat format_;
  const std::vector<Output> outputs_;
  std::unique_ptr<task::MonoInput> input_;
  std::unique_ptr<PitchStream> frames_;
  MelodyDecoder decoder_;
  task::EventQueue notes_;
  task::RowQueue shapes_;
  task::RowQueue bends_;
  task::RowQueue pitch_;
};

}  // namespace divisi::melody
