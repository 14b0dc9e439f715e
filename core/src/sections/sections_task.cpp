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
    if (Status status = task::expectNoOptions(optionsJson); !status.ok()) return status;
    return task::checked(SectionsStream::create(format), format.channelCount);
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
