#include "separation/chunks/level_stream.h"

#include <utility>

#include "base/text.h"

namespace divisi::separation {

LevelStream::LevelStream(std::shared_ptr<const Timeline> timeline, LevelKind kind,
                         const StreamFormat& format, const std::vector<audio::ChannelGroup>& groups,
                         uint64_t frameCount)
    : timeline_(std::move(timeline)),
      frameCount_(frameCount),
      outputs_({{.name = "levels",
                 .kind = OutputKind::kRows,
                 .width = static_cast<int>(groups.size() * kind.numbers())}}),
      measured_(groups, format.sampleRate, kind, timeline_) {}

Result<std::unique_ptr<LevelStream>> LevelStream::create(
    std::shared_ptr<const Timeline> timeline, LevelKind kind, const StreamFormat& format,
    const std::vector<audio::ChannelGroup>& groups, uint64_t frameCount) {
  std::unique_ptr<LevelStream> stream(
      new LevelStream(std::move(timeline), kind, format, groups, frameCount));
  const auto width = static_cast<size_t>(stream->outputs_.front().width);
  if (!stream->rows_.reserve(width, 16)) return outOfMemory("levels");
  return stream;
}

StreamTiming LevelStream::timing() const { return {.latency = timeline_->inputEnd(0)}; }

Status LevelStream::push(const AudioView& audio) {
  measured_.push(audio, levels_);
  // The last chunks hear the whole song, and end with it.
  if (measured_.taken() == frameCount_) {
    measured_.finish(timeline_->chunkCount(frameCount_), levels_);
  }
  const auto width = static_cast<size_t>(outputs_.front().width);
  for (size_t i = 0; i < levels_.size(); i += width) {
    if (!rows_.push(&levels_[i])) return outOfMemory("levels");
  }
  levels_.clear();
  return {};
}

}  // namespace divisi::separation
