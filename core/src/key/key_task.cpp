#include "key/key_task.h"

#include <string_view>

#include "audio/audio_check.h"
#include "key/key_stream.h"
#include "task/checked_stream.h"
#include "task/options.h"

namespace divisi::key {
namespace {

class CompiledKey final : public CompiledTask {
 public:
  [[nodiscard]] std::string_view name() const override { return "key"; }

  Result<std::unique_ptr<TaskStream>> open(const StreamFormat& format,
                                           std::string_view optionsJson) override {
    if (Status status = audio::checkFormat(format); !status.ok()) return status;
    if (Status status = task::expectNoOptions(optionsJson); !status.ok()) return status;
    return task::checked(KeyStream::create(format), format.channelCount);
  }
};

}  // namespace

Result<std::shared_ptr<CompiledTask>> compileKey(const Model*, const CompileOptions& options) {
  if (options.live) {
    return Status(StatusCode::kUnsupported,
                  "key has no live form: it is judged from all of a song");
  }
  return std::shared_ptr<CompiledTask>(std::make_shared<CompiledKey>());
}

}  // namespace divisi::key
