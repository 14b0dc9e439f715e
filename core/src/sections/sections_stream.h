// SectionsStream: the stream of the task "sections".
//
//   input -> mono at 22.05 kHz -> rows of partials and mel bands; sections at the end
//         -> the voice, where it is known -> where it sings
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "divisi/sections.h"
#include "sections/features/song_rows.h"
#include "sections/features/voice_levels.h"
#include "task/event_queue.h"
#include "task/mono_input.h"
#include "task/row_queue.h"

namespace divisi::sections {

/// Gets good audio only, and no call after a fault (CheckedStream).
class SectionsStream final : public TaskStream {
 public:
  /// @param hasVoice the last of two channels or more is the voice alone. @return kOutOfMemory.
  static Result<std::unique_ptr<SectionsStream>> create(const StreamFormat& format, bool hasVoice);

  [[nodiscard]] const std::vector<Output>& outputs() const override { return outputs_; }
  /// Nothing comes before the end.
  [[nodiscard]] StreamTiming timing() const override { return {}; }
  [[nodiscard]] Status push(const AudioView& audio) override;
  [[nodiscard]] Status finish() override;
  [[nodiscard]] size_t available(size_t output) const override {
    return output == kSectionsOutput ? sections_.available() : details_.available();
  }
  size_t pull(size_t output, float* const* planes, size_t maxItems) override {
    return output == kSectionDetailsOutput ? details_.pull(planes[0], maxItems) : 0;
  }
  size_t pullEvents(size_t output, std::span<Event> events) override {
    return output == kSectionsOutput ? sections_.pull(events) : 0;
  }

 private:
  explicit SectionsStream(const StreamFormat& format) : format_(format) {}
  Status takeSamples();
  Status give();

  const StreamFormat format_;
  std::vector<Output> outputs_;
  std::unique_ptr<task::MonoInput> input_;
  std::unique_ptr<SongRows> song_;
  std::optional<VoiceLevels> voice_;
  task::EventQueue sections_;
  task::RowQueue details_;
};

}  // namespace divisi::sections
