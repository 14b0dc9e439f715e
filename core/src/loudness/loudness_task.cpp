// The task "loudness", and its face in C++.
#include "loudness/loudness_task.h"

#include <bit>
#include <string_view>
#include <utility>

#include "audio/audio_check.h"
#include "task/options.h"

namespace divisi {
namespace loudness {
namespace {

class CompiledLoudness final : public CompiledTask {
 public:
  [[nodiscard]] std::string_view name() const override { return "loudness"; }

  Result<std::unique_ptr<TaskStream>> open(const StreamFormat& format,
                                           std::string_view optionsJson) override {
    if (Status status = audio::checkFormat(format); !status.ok()) return status;
    if (Status status = task::expectNoOptions(optionsJson); !status.ok()) return status;
    return openLoudness(format);
  }
};

class StreamMeter final : public Meter {
 public:
  explicit StreamMeter(std::unique_ptr<TaskStream> stream) : stream_(std::move(stream)) {}

  [[nodiscard]] Status push(const AudioView& audio) override { return stream_->push(audio); }
  [[nodiscard]] size_t available() const override { return stream_->available(kRowsOutput); }
  [[nodiscard]] bool pull(LoudnessRow& row) override {
    RowNumbers numbers;
    float* const planes[] = {numbers.data()};
    if (stream_->pull(kRowsOutput, planes, 1) == 0) return false;
    row = std::bit_cast<LoudnessRow>(numbers);
    return true;
  }
  [[nodiscard]] Result<LoudnessSummary> finish() override {
    if (Status status = stream_->finish(); !status.ok()) return status;
    SummaryNumbers numbers;
    float* const planes[] = {numbers.data()};
    stream_->pull(kSummaryOutput, planes, 1);
    return std::bit_cast<LoudnessSummary>(numbers);
  }

 private:
  const std::unique_ptr<TaskStream> stream_;
};

}  // namespace

Result<std::shared_ptr<CompiledTask>> compileLoudness(const Model*, const CompileOptions& options) {
  if (options.live) {
    return Status(StatusCode::kUnsupported, "loudness has no live form: its streams never wait");
  }
  return std::shared_ptr<CompiledTask>(std::make_shared<CompiledLoudness>());
}

}  // namespace loudness

Result<std::unique_ptr<Meter>> Meter::create(const StreamFormat& format) {
  if (Status status = audio::checkFormat(format); !status.ok()) return status;
  return std::unique_ptr<Meter>(
      std::make_unique<loudness::StreamMeter>(loudness::openLoudness(format)));
}

}  // namespace divisi
