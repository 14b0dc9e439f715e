// NotesStream: the stream of the task "notes".
//
//   input -> mono at the model's rate -> windows -> activations -> refinement -> notes as they end
//                                                   reference: kept, and decoded at the end
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "divisi/notes.h"
#include "notes/activations/activation_stream.h"
#include "notes/activations/notes_network.h"
#include "notes/activations/refinement.h"
#include "notes/decoder/note_decoder.h"
#include "notes/decoder/reference_decoder.h"
#include "task/event_queue.h"
#include "task/mono_input.h"
#include "task/row_queue.h"

namespace divisi::notes {

struct NotesOptions {
  double sensitivity = 0.5;
  int minPitch = 0;    ///< MIDI
  int maxPitch = 127;  ///< MIDI
  bool reference = false;
};

/// Gets good audio only, and no call after a fault (CheckedStream).
class NotesStream final : public TaskStream {
 public:
  /// @return kUnsupported, kOutOfMemory.
  static Result<std::unique_ptr<NotesStream>> create(std::shared_ptr<NotesNetwork> network,
                                                     const StreamFormat& format,
                                                     const NotesOptions& options);

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
  NotesStream(std::shared_ptr<NotesNetwork> network, const StreamFormat& format,
              const NotesOptions& options);

  [[nodiscard]] Status create();
  /// Turns the samples that are ready into columns, and these into notes.
  Status takeSamples();
  Status takeColumn(const Activations& column);
  Status refine(std::span<const float> heard, std::span<const float> logOdds);
  Status finishReference();
  Status tell(const std::vector<Note>& notes);

  const std::shared_ptr<NotesNetwork> network_;
  const StreamFormat format_;
  const NotesOptions options_;
  const std::vector<Output> outputs_;
  std::unique_ptr<task::MonoInput> input_;
  std::unique_ptr<ActivationStream> activations_;
  std::unique_ptr<Refinement> refinement_;     // these two, or
  std::optional<NoteDecoder> decoder_;         //
  std::optional<ReferenceDecoder> reference_;  // this one
  task::EventQueue notes_;
  task::RowQueue shapes_;
  task::RowQueue bends_;
};

}  // namespace divisi::notes
