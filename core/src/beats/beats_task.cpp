#include "beats/beats_task.h"

#include <utility>

#include "audio/audio_check.h"
#include "base/text.h"
#include "beats/beats_stream.h"
#include "beats/live_beats_stream.h"
#include "beats/network/beats_document.h"
#include "beats/network/beats_network.h"
#include "divisi/beats.h"
#include "task/checked_stream.h"
#include "task/options.h"

namespace divisi::beats {
namespace {

/// Of both forms.
BarDecoderOptions readBarOptions(JsonFields& fields) {
  BarDecoderOptions options;
  if (fields.has("minTempo")) {
    options.minTempo = fields.number("minTempo", kLowestTempo, kHighestTempo);
  }
  if (fields.has("maxTempo")) {
    options.maxTempo = fields.number("maxTempo", kLowestTempo, kHighestTempo);
  }
  if (fields.has("beatsPerBar")) {
    options.beatsPerBar = fields.integer("beatsPerBar", 0, kMostBeatsPerBar);
  }
  if (fields.status().ok() && options.maxTempo < options.minTempo * kLeastTempoRatio) {
    fields.fail("maxTempo", " must be at least " + Json(kLeastTempoRatio).dump() +
                                " times minTempo " + Json(options.minTempo).dump() + ", got " +
                                Json(options.maxTempo).dump());
  }
  if (fields.status().ok() && options.beatsPerBar == 1) {
    fields.fail("beatsPerBar",
                " must be 0 or 2 to " + std::to_string(kMostBeatsPerBar) + ", got 1");
  }
  return options;
}

/// @param live whether those of the live form are known, too.
Result<LiveBeatsOptions> readOptions(std::string_view json, bool live) {
  const Result<Json> parsed = task::parseOptions(json);
  if (!parsed.ok()) return parsed.status();
  JsonFields fields = task::optionFields(parsed.value());
  LiveBeatsOptions options = {.bars = readBarOptions(fields)};
  if (live && fields.has("leadSeconds")) {
    options.leadSeconds = fields.number("leadSeconds", 0, kMostLead);
  }
  if (Status status = fields.end(); !status.ok()) return status;
  return options;
}

class CompiledBeats final : public CompiledTask {
 public:
  CompiledBeats(std::shared_ptr<BeatsNetwork> network, bool live)
      : network_(std::move(network)), live_(live) {}

  [[nodiscard]] std::string_view name() const override { return "beats"; }

  Result<std::unique_ptr<TaskStream>> open(const StreamFormat& format,
                                           std::string_view optionsJson) override {
    if (Status status = audio::checkFormat(format); !status.ok()) return status;
    const Result<LiveBeatsOptions> options = readOptions(optionsJson, live_);
    if (!options.ok()) return options.status();
    return live_ ? task::checked(LiveBeatsStream::create(network_, format, options.value()),
                                 format.channelCount)
                 : task::checked(BeatsStream::create(network_, format, options.value().bars),
                                 format.channelCount);
  }

 private:
  const std::shared_ptr<BeatsNetwork> network_;
  const bool live_;
};

}  // namespace

Result<std::shared_ptr<CompiledTask>> compileBeats(const Model* model,
                                                   const CompileOptions& options) {
  auto document = parseBeatsDocument(model->taskJson());
  if (!document.ok()) return document.status();
  // Live, nobody can wait for what comes behind a frame.
  auto network = options.live
                     ? BeatsNetwork::compile(*model, std::move(document.value()), kLiveFrames)
                     : BeatsNetwork::compileBoth(*model, std::move(document.value()));
  if (!network.ok()) return network.status();
  return std::shared_ptr<CompiledTask>(
      std::make_shared<CompiledBeats>(std::move(network.value()), options.live));
}

}  // namespace divisi::beats
