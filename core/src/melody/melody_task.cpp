#include "melody/melody_task.h"

#include <string_view>
#include <utility>

#include "audio/audio_check.h"
#include "base/text.h"
#include "melody/live/live_melody_stream.h"
#include "melody/melody_stream.h"
#include "melody/pitch/melody_document.h"
#include "melody/pitch/melody_network.h"
#include "task/checked_stream.h"
#include "task/options.h"

namespace divisi::melody {
namespace {

constexpr int kLowestPitch = 30;
constexpr int kHighestPitch = 96;

Result<PitchRange> readOptions(std::string_view json) {
  const Result<Json> parsed = task::parseOptions(json);
  if (!parsed.ok()) return parsed.status();
  JsonFields fields = task::optionFields(parsed.value());
  PitchRange range = {.lowest = kLowestPitch, .highest = kHighestPitch};
  if (fields.has("minPitch")) {
    range.lowest = fields.integer("minPitch", kLowestPitch, kHighestPitch);
  }
  if (fields.has("maxPitch")) {
    range.highest = fields.integer("maxPitch", range.lowest, kHighestPitch);
  }
  if (Status status = fields.end(); !status.ok()) return status;
  return range;
}

class CompiledMelody final : public CompiledTask {
 public:
  CompiledMelody(std::shared_ptr<MelodyNetwork> network, bool live)
      : network_(std::move(network)), live_(live) {}

  [[nodiscard]] std::string_view name() const override { return "melody"; }

  Result<std::unique_ptr<TaskStream>> open(const StreamFormat& format,
                                           std::string_view optionsJson) override {
    if (Status status = audio::checkFormat(format); !status.ok()) return status;
    const auto range = readOptions(optionsJson);
    if (!range.ok()) return range.status();
    return live_ ? task::checked(LiveMelodyStream::create(network_, format, range.value()),
                                 format.channelCount)
                 : task::checked(MelodyStream::create(network_, format, range.value()),
                                 format.channelCount);
  }

 private:
  const std::shared_ptr<MelodyNetwork> network_;
  const bool live_;
};

}  // namespace

Result<std::shared_ptr<CompiledTask>> compileMelody(const Model* model,
                                                    const CompileOptions& options) {
  auto document = parseMelodyDocument(model->taskJson());
  if (!document.ok()) return document.status();
  const size_t frames = options.live ? liveFrames(document.value()) : 0;
  auto network = MelodyNetwork::compile(*model, std::move(document.value()), frames);
  if (!network.ok()) return network.status();
  return std::shared_ptr<CompiledTask>(
      std::make_shared<CompiledMelody>(std::move(network.value()), options.live));
}

}  // namespace divisi::melody
