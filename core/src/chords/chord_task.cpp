#include "chords/chord_task.h"

#include <optional>
#include <string_view>
#include <utility>

#include "audio/audio_check.h"
#include "chords/chord_document.h"
#include "chords/chord_network.h"
#include "chords/chord_stream.h"
#include "task/checked_stream.h"
#include "task/options.h"

namespace divisi::chords {
namespace {

constexpr double kMostCents = 50;

class CompiledChords final : public CompiledTask {
 public:
  explicit CompiledChords(std::shared_ptr<ChordNetwork> network) : network_(std::move(network)) {}

  [[nodiscard]] std::string_view name() const override { return "chords"; }

  Result<std::unique_ptr<TaskStream>> open(const StreamFormat& format,
                                           std::string_view optionsJson) override {
    if (Status status = audio::checkFormat(format); !status.ok()) return status;
    const Result<Json> parsed = task::parseOptions(optionsJson);
    if (!parsed.ok()) return parsed.status();
    JsonFields fields = task::optionFields(parsed.value());
    std::optional<double> tuningCents;
    if (fields.has("tuningCents")) {
      tuningCents = fields.number("tuningCents", -kMostCents, kMostCents);
    }
    if (Status status = fields.end(); !status.ok()) return status;
    return task::checked(ChordStream::create(network_, format, tuningCents), format.channelCount);
  }

 private:
  const std::shared_ptr<ChordNetwork> network_;
};

}  // namespace

Result<std::shared_ptr<CompiledTask>> compileChords(const Model* model,
                                                    const CompileOptions& options) {
  auto document = parseChordDocument(model->taskJson());
  if (!document.ok()) return document.status();
  if (options.live) {
    return Status(StatusCode::kUnsupported,
                  "chords have no live form: the network reads a song from both ends");
  }
  auto network = ChordNetwork::compile(*model, std::move(document.value()));
  if (!network.ok()) return network.status();
  return std::shared_ptr<CompiledTask>(
      std::make_shared<CompiledChords>(std::move(network.value())));
}

}  // namespace divisi::chords
