#include "tagging/tagging_task.h"

#include <utility>

#include "audio/audio_check.h"
#include "tagging/tagging_document.h"
#include "tagging/tagging_network.h"
#include "tagging/tagging_stream.h"
#include "task/checked_stream.h"
#include "task/options.h"

namespace divisi::tagging {
namespace {

class CompiledTagging final : public CompiledTask {
 public:
  explicit CompiledTagging(std::shared_ptr<TaggingNetwork> network)
      : network_(std::move(network)) {}

  [[nodiscard]] std::string_view name() const override { return "tagging"; }

  Result<std::unique_ptr<TaskStream>> open(const StreamFormat& format,
                                           std::string_view optionsJson) override {
    if (Status status = audio::checkFormat(format); !status.ok()) return status;
    const Result<Json> parsed = task::parseOptions(optionsJson);
    if (!parsed.ok()) return parsed.status();
    JsonFields fields = task::optionFields(parsed.value());
    const TaggingDocument& document = network_->document();
    int hopFrames = 0;
    if (fields.has("hopFrames")) hopFrames = fields.integer("hopFrames", 0, document.patchFrames);
    if (Status status = fields.end(); !status.ok()) return status;
    if (hopFrames == 0) hopFrames = document.hopFrames;
    return task::checked(TaggingStream::create(network_, format, hopFrames), format.channelCount);
  }

 private:
  const std::shared_ptr<TaggingNetwork> network_;
};

}  // namespace

Result<std::shared_ptr<CompiledTask>> compileTagging(const Model* model,
                                                     const CompileOptions& options) {
  auto document = parseTaggingDocument(model->taskJson());
  if (!document.ok()) return document.status();
  if (options.live) {
    return Status(StatusCode::kUnsupported, "tagging has no live form: its streams never wait");
  }
  auto network = TaggingNetwork::compile(*model, std::move(document.value()));
  if (!network.ok()) return network.status();
  return std::shared_ptr<CompiledTask>(
      std::make_shared<CompiledTagging>(std::move(network.value())));
}

}  // namespace divisi::tagging
