#include "task/checked_stream.h"

#include <algorithm>
#include <utility>

#include "audio/audio_check.h"

namespace divisi::task {

CheckedStream::CheckedStream(std::unique_ptr<TaskStream> stream, int channelCount,
                             uint64_t framesBefore)
    : stream_(std::move(stream)), block_(static_cast<size_t>(channelCount)), taken_(framesBefore) {}

Status CheckedStream::push(const AudioView& audio) { return take(audio, &TaskStream::push); }

Status CheckedStream::skip(const AudioView& audio) { return take(audio, &TaskStream::skip); }

Status CheckedStream::take(const AudioView& audio,
                           Status (TaskStream::*takeBlock)(const AudioView&)) {
  if (!fault_.ok()) return fault_;
  if (finished_) return {StatusCode::kClosed, "push after finish"};
  const auto channelCount = static_cast<int>(block_.size());
  Status checked = audio::checkAudio(audio, channelCount, taken_);
  if (!checked.ok()) return checked;
  for (size_t offset = 0; offset < audio.frameCount; offset += kBlockFrames) {
    const size_t frames = std::min(kBlockFrames, audio.frameCount - offset);
    for (size_t c = 0; c < block_.size(); ++c) block_[c] = audio.channels[c] + offset;
    fault_ = (*stream_.*takeBlock)({block_.data(), channelCount, frames});
    if (!fault_.ok()) return fault_;
    taken_ += frames;
  }
  return {};
}

Status CheckedStream::finish() {
  if (!fault_.ok()) return fault_;
  if (finished_) return {StatusCode::kClosed, "finish was called twice"};
  finished_ = true;
  fault_ = stream_->finish();
  return fault_;
}

}  // namespace divisi::task
