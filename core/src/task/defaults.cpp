// What most tasks have not.
#include "divisi/stream.h"
#include "divisi/task.h"

namespace divisi {

Status TaskStream::skip(const AudioView& /*audio*/) {
  return {StatusCode::kUnsupported, "only a live stream can skip audio"};
}

size_t TaskStream::pullEvents(size_t /*output*/, std::span<Event> /*events*/) { return 0; }

Result<std::vector<ChunkBounds>> CompiledTask::chunks(const StreamFormat& /*format*/,
                                                      std::string_view /*optionsJson*/,
                                                      uint64_t /*frameCount*/) {
  return Status(StatusCode::kUnsupported,
                std::string(name()) + " cannot start inside a song: it has no chunks");
}

}  // namespace divisi
