#include "sections/sections_task.h"

#include <string_view>

#include "audio/audio_check.h"
#include "sections/sections_stream.h"
#include "task/checked_stream.h"
#include "task/options.h"

namespace divisi::sections {
namespace {

class CompiledSections final : public CompiledTask {
 public:
  [[nodiscard]] std::string_view name() const override { return "sections"; }

  Result<std::unique_ptr<TaskStream>> open(const StreamFormat& format,
                                           std::string_view optionsJson) override {
    if (Status status = audio::checkFormat(format); !status.ok()) return status;
    const Result<Json> parsed = task::parseOptions(optionsJson);
    if (!parsed.ok()) return parsed.status();
    JsonFields fields = task::optionFields(parsed.value());
    const bool hasVoice = fields.has("voice") && fields.boolean("voice");
    if (Status status = fields.end(); !status.ok()) return status;
    if (hasVoice && format.channelCount < 2) {
      return Status(StatusCode::kBadOption,
                    "voice: audio of one channel has no mix beside the voice");
    }
    return task::checked(SectionsStream::create(format, hasVoice), format.channelCount);
  }
};

}  // namespace

Result<std::shared_ptr<CompiledTask>> compileSections(const Model*, const CompileOptions& options) {
  if (options.live) {
    return Status(StatusCode::kUnsupported,
                  "sections have no live form: they are found in all of a song");
  }
  return std::shared_ptr<CompiledTask>(std::make_shared<CompiledSections>());
}

}  // namespace divisi::sections
