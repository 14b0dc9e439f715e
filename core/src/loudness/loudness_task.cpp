// The task "loudness": a Meter as a stream of rows.
#include <array>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "divisi/loudness.h"
#include "divisi/task.h"

namespace divisi::loudness {
namespace {

constexpr size_t kRows = 0;  // of the outputs; the other is the summary

std::vector<Output> makeOutputs() {
  return {{.name = "loudness",
           .kind = OutputKind::kRows,
           .width = 3,
           .rate = 1 / kLoudnessRowSeconds,
           .itemSeconds = kLoudnessRowSeconds,
           .labels = {"momentary", "shortTerm", "truePeak"}},
          {.name = "summary",
           .kind = OutputKind::kRows,
           .width = 6,
           .labels = {"integrated", "range", "maxMomentary", "maxShortTerm", "truePeak",
                      "samplePeak"}}};
}

class LoudnessStream final : public TaskStream {
 public:
  LoudnessStream(const StreamFormat& format, std::unique_ptr<Meter> meter)
      : format_(format), meter_(std::move(meter)) {}

  [[nodiscard]] const std::vector<Output>& outputs() const override { return outputs_; }
  [[nodiscard]] StreamTiming timing() const override {
    return {.latency = static_cast<uint64_t>(format_.sampleRate * kLoudnessRowSeconds)};
  }
  [[nodiscard]] Status push(const AudioView& audio) override { return meter_->push(audio); }
  [[nodiscard]] Status skip(const AudioView&) override {
    return {StatusCode::kUnsupported, "loudness is of all audio: none can be skipped"};
  }
  [[nodiscard]] Status finish() override {
    Status status = meter_->finish();
    if (status.ok()) summaryIsReady_ = true;
    return status;
  }
  [[nodiscard]] size_t available(size_t output) const override {
    return output == kRows ? meter_->available() : static_cast<size_t>(summaryIsReady_);
  }
  size_t pull(size_t output, float* const* planes, size_t maxItems) override {
    return output == kRows ? pullRows(planes[0], maxItems) : pullSummary(planes[0], maxItems);
  }
  size_t pullEvents(size_t, std::span<Event>) override { return 0; }

 private:
  size_t pullRows(float* numbers, size_t maxItems) {
    size_t count = 0;
    for (LoudnessRow row{}; count < maxItems && meter_->pull(row); ++count) {
      for (const float number : {row.momentary, row.shortTerm, row.truePeak}) *numbers++ = number;
    }
    return count;
  }
  size_t pullSummary(float* numbers, size_t maxItems) {
    if (!summaryIsReady_ || maxItems == 0) return 0;
    summaryIsReady_ = false;
    const LoudnessSummary of = meter_->summary();
    for (const float number :
         {of.integrated, of.range, of.maxMomentary, of.maxShortTerm, of.truePeak, of.samplePeak}) {
      *numbers++ = number;
    }
    return 1;
  }

  const std::vector<Output> outputs_ = makeOutputs();
  const StreamFormat format_;
  const std::unique_ptr<Meter> meter_;
  bool summaryIsReady_ = false;
};

class CompiledLoudness final : public CompiledTask {
 public:
  Result<std::unique_ptr<TaskStream>> open(const StreamFormat& format, std::string_view) override {
    Result<std::unique_ptr<Meter>> meter = Meter::create(format);
    if (!meter.ok()) return meter.status();
    return std::unique_ptr<TaskStream>(
        std::make_unique<LoudnessStream>(format, std::move(meter.value())));
  }
  Result<std::vector<ChunkBounds>> chunks(const StreamFormat&, std::string_view,
                                          uint64_t) override {
    return Status(StatusCode::kUnsupported, "loudness has no chunks: it is of all audio");
  }
};

}  // namespace
}  // namespace divisi::loudness

namespace divisi {
Result<std::shared_ptr<CompiledTask>> CompiledTask::withoutModel(std::string_view) {
  return std::shared_ptr<CompiledTask>(std::make_shared<loudness::CompiledLoudness>());
}
}  // namespace divisi
