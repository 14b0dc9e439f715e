#include "notes/notes_task.h"

#include <string_view>
#include <utility>

#include "audio/audio_check.h"
#include "base/text.h"
#include "notes/activations/notes_document.h"
#include "notes/activations/notes_network.h"
#include "notes/notes_stream.h"
#include "task/checked_stream.h"
#include "task/options.h"

namespace divisi::notes {
namespace {

Result<NotesOptions> readOptions(std::string_view json, const NotesDocument& document) {
  const Result<Json> parsed = task::parseOptions(json);
  if (!parsed.ok()) return parsed.status();
  JsonFields fields = task::optionFields(parsed.value());
  const int lowest = document.lowestPitch;
  const int highest = lowest + static_cast<int>(document.pitches()) - 1;
  NotesOptions options = {.minPitch = lowest, .maxPitch = highest};
  const bool hasSensitivity = fields.has("sensitivity");
  if (hasSensitivity) options.sensitivity = fields.number("sensitivity", 0, 1);
  if (fields.has("minPitch")) options.minPitch = fields.integer("minPitch", lowest, highest);
  if (fields.has("maxPitch")) {
    options.maxPitch = fields.integer("maxPitch", options.minPitch, highest);
  }
  if (fields.has("mode")) {
    const std::string mode = fields.text("mode");
    options.reference = mode == "reference";
    if (!options.reference && mode != "default") {
      fields.fail("mode", "'default' or 'reference'", parsed.value()["mode"]);
    } else if (options.reference && hasSensitivity) {
      fields.fail("sensitivity", " has no meaning in mode 'reference'");
    }
  }
  if (Status status = fields.end(); !status.ok()) return status;
  return options;
}

class CompiledNotes final : public CompiledTask {
 public:
  explicit CompiledNotes(std::shared_ptr<NotesNetwork> network) : network_(std::move(network)) {}

  [[nodiscard]] std::string_view name() const override { return "notes"; }

  Result<std::unique_ptr<TaskStream>> open(const StreamFormat& format,
                                           std::string_view optionsJson) override {
    if (Status status = audio::checkFormat(format); !status.ok()) return status;
    const auto options = readOptions(optionsJson, network_->document());
    if (!options.ok()) return options.status();
    return task::checked(NotesStream::create(network_, format, options.value()),
                         format.channelCount);
  }

 private:
  const std::shared_ptr<NotesNetwork> network_;
};

}  // namespace

Result<std::shared_ptr<CompiledTask>> compileNotes(const Model* model,
                                                   const CompileOptions& options) {
  auto document = parseNotesDocument(model->taskJson());
  if (!document.ok()) return document.status();
  if (options.live) {
    return unsupported("notes have no live form: the network hears windows of 2 s");
  }
  auto network = NotesNetwork::compile(*model, std::move(document.value()));
  if (!network.ok()) return network.status();
  return std::shared_ptr<CompiledTask>(std::make_shared<CompiledNotes>(std::move(network.value())));
}

}  // namespace divisi::notes
