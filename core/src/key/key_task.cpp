#include "key/key_task.h"

#include <string_view>
#include <utility>

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
    const Result<Json> parsed = task::parseOptions(optionsJson);
    if (!parsed.ok()) return parsed.status();
    if (Status status = task::optionFields(parsed.value()).end(); !status.ok()) return status;
    auto stream = KeyStream::create(format);
    if (!stream.ok()) return stream.status();
    return std::unique_ptr<TaskStream>(
        std::make_unique<task::CheckedStream>(std::move(stream.value()), format.channelCount));
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
