// The BeatTracker of the public API: the streams of the task "beats", with types.
#include <array>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "beats/beats_stream.h"
#include "beats/beats_task.h"
#include "divisi/beats.h"

namespace divisi {
namespace {

class StreamBeatTracker final : public BeatTracker {
 public:
  explicit StreamBeatTracker(std::unique_ptr<TaskStream> stream) : stream_(std::move(stream)) {}

  [[nodiscard]] Status push(const AudioView& audio) override {
    Status status = stream_->push(audio);
    dropActivations();
    return status;
  }

  [[nodiscard]] Result<BeatSummary> finish() override {
    if (Status status = stream_->finish(); !status.ok()) return status;
    dropActivations();
    std::array<float, beats::kSummaryNumbers> numbers{};
    float* const planes[] = {numbers.data()};
    stream_->pull(beats::kSummary, planes, 1);
    return BeatSummary{
        .tempo = numbers[0], .tempoConfidence = numbers[1], .beatsPerBar = numbers[2]};
  }

  [[nodiscard]] size_t available() const override { return stream_->available(beats::kBeats); }

  [[nodiscard]] bool pull(Beat& beat) override {
    std::array<Event, 1> events;
    if (stream_->pullEvents(beats::kBeats, events) == 0) return false;
    const Event& event = events[0];
    beat = {.seconds = event.start,
            .number = event.label + 1,
            .tempo = event.value,
            .confidence = event.confidence};
    return true;
  }

 private:
  /// Who looks for beats has no use for them, and memory mustn't grow.
  void dropActivations() {
    std::array<float, 64 * beats::kActivations> rows;
    float* const planes[] = {rows.data()};
    while (stream_->pull(beats::kActivationRows, planes, 64) > 0) {
    }
  }

  const std::unique_ptr<TaskStream> stream_;
};

}  // namespace

Result<std::unique_ptr<BeatTracker>> BeatTracker::create(CompiledTask& task,
                                                         const StreamFormat& format,
                                                         const BeatOptions& options) {
  if (task.name() != "beats") {
    return badModel("expected a beats model, got one for " + std::string(task.name()));
  }
  const Json json = {{"minTempo", options.minTempo},
                     {"maxTempo", options.maxTempo},
                     {"beatsPerBar", options.beatsPerBar}};
  auto stream = task.open(format, json.dump());
  if (!stream.ok()) return stream.status();
  return std::unique_ptr<BeatTracker>(
      std::make_unique<StreamBeatTracker>(std::move(stream.value())));
}

Result<std::unique_ptr<BeatTracker>> BeatTracker::create(const Model& model,
                                                         const StreamFormat& format,
                                                         const BeatOptions& options) {
  auto task = beats::compileBeats(&model, {});
  if (!task.ok()) return task.status();
  return create(*task.value(), format, options);
}

}  // namespace divisi
