#include "drums/drums_task.h"

#include <string_view>
#include <utility>

#include "audio/audio_check.h"
#include "base/text.h"
#include "drums/drums_document.h"
#include "drums/drums_network.h"
#include "drums/drums_stream.h"
#include "task/checked_stream.h"
#include "task/options.h"

namespace divisi::drums {
namespace {

Result<double> readSensitivity(std::string_view json) {
  const Result<Json> parsed = task::parseOptions(json);
  if (!parsed.ok()) return parsed.status();
  JsonFields fields = task::optionFields(parsed.value());
  const double sensitivity = fields.has("sensitivity") ? fields.number("sensitivity", 0, 1) : 0.5;
  if (Status status = fields.end(); !status.ok()) return status;
  return sensitivity;
}

class CompiledDrums final : public CompiledTask {
 public:
  explicit CompiledDrums(std::shared_ptr<DrumsNetwork> network) : network_(std::move(network)) {}

  [[nodiscard]] std::string_view name() const override { return "drums"; }

  Result<std::unique_ptr<TaskStream>> open(const StreamFormat& format,
                                           std::string_view optionsJson) override {
    if (Status status = audio::checkFormat(format); !status.ok()) return status;
    const auto sensitivity = readSensitivity(optionsJson);
    if (!sensitivity.ok()) return sensitivity.status();
    return task::checked(DrumsStream::create(network_, format, sensitivity.value()),
                         format.channelCount);
  }

 private:
  const std::shared_ptr<DrumsNetwork> network_;
};

}  // namespace

Result<std::shared_ptr<CompiledTask>> compileDrums(const Model* model,
                                                   const CompileOptions& options) {
  auto document = parseDrumsDocument(model->taskJson());
  if (!document.ok()) return document.status();
  if (options.live) {
    return unsupported("drums have no live form: the network hears what comes behind a hit");
  }
  auto network = DrumsNetwork::compile(*model, std::move(document.value()));
  if (!network.ok()) return network.status();
  return std::shared_ptr<CompiledTask>(std::make_shared<CompiledDrums>(std::move(network.value())));
}

}  // namespace divisi::drums
