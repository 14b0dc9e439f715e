#include "melody/melody_task.h"

#include <string_view>
#include <utility>

#include "audio/audio_check.h"
#include "base/text.h"
#include "melody/melody_document.h"
#include "melody/melody_network.h"
#include "melody/melody_stream.h"
#include "task/checked_stream.h"
#include "task/options.h"

namespace divisi::melody {
namespace {

constexpr int kLowestPitch = 30;
constexpr int kHighestPitch = 96;

Result<MelodyOptions> readOptions(std::string_view json) {
  const Result<Json> parsed = task::parseOptions(json);
  if (!parsed.ok()) return parsed.status();
  JsonFields fields = task::optionFields(parsed.value());
  MelodyOptions options = {.minPitch = kLowestPitch, .maxPitch = kHighestPitch};
  if (fields.has("minPitch")) {
    options.minPitch = fields.integer("minPitch", kLowestPitch, kHighestPitch);
  }
  if (fields.has("maxPitch")) {
    options.maxPitch = fields.integer("maxPitch", options.minPitch, kHighestPitch);
  }
  if (Status status = fields.end(); !status.ok()) return status;
  return options;
}

class CompiledMelody final : public CompiledTask {
 public:
  explicit CompiledMelody(std::shared_ptr<MelodyNetwork> network) : network_(std::move(network)) {}

  [[nodiscard]] std::string_view name() const override { return "melody"; }

  Result<std::unique_ptr<TaskStream>> open(const StreamFormat& format,
                                           std::string_view optionsJson) override {
    if (Status status = audio::checkFormat(format); !status.ok()) return status;
    const auto options = readOptions(optionsJson);
    if (!options.ok()) return options.status();
    return task::checked(MelodyStream::create(network_, format, options.value()),
                         format.channelCount);
  }

 private:
  const std::shared_ptr<MelodyNetwork> network_;
};

}  // namespace

Result<std::shared_ptr<CompiledTask>> compileMelody(const Model* model,
                                                    const CompileOptions& options) {
  auto document = parseMelodyDocument(model->taskJson());
  if (!document.ok()) return document.status();
  if (options.live) return unsupported("a melody has no live form in this build");
  auto network = MelodyNetwork::compile(*model, std::move(document.value()));
  if (!network.ok()) return network.status();
  return std::shared_ptr<CompiledTask>(
      std::make_shared<CompiledMelody>(std::move(network.value())));
}

}  // namespace divisi::melody
