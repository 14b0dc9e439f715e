#include <algorithm>
#include <string>
#include <utility>

#include "audio/audio_check.h"
#include "audio/channel_groups.h"
#include "audio/resampler.h"
#include "divisi/song_chunks.h"
#include "separation/chunks/chunk_levels.h"
#include "separation/chunks/chunk_timeline.h"
#include "separation/chunks/separation_document.h"
#include "separation/chunks/separation_settings.h"

namespace divisi {
namespace tasks {
namespace {

// 2^48 frames are 46 years at 192 kHz: no song, and far from where products of positions and rates
// would leave 64 bits.
constexpr uint64_t kMaxFrames = uint64_t{1} << 48;

class LaidOutSong final : public SongChunks {
 public:
  LaidOutSong(const SongLayout& layout, const SeparatorOptions& options, uint64_t frameCount)
      : layout_(layout),
        channelCount_(options.channelCount),
        frameCount_(frameCount),
        count_(layout.chunkCount(frameCount)),
        track_(audio::channelGroups(options.channelCount), options.sampleRate,
               [layout](size_t chunk) { return layout.inputEnd(chunk); }) {}

  [[nodiscard]] size_t count() const override { return count_; }

  [[nodiscard]] ChunkBounds bounds(size_t chunk) const override {
    const bool last = chunk + 1 == count_;
    const auto inSong = [&](uint64_t frame) { return std::min(frame, frameCount_); };
    return {.outputBegin = inSong(layout_.outputBegin(chunk)),
            .outputEnd = last ? frameCount_ : inSong(layout_.outputBegin(chunk + 1)),
            .inputBegin = inSong(layout_.startAt(chunk).inputFrame),
            .inputEnd = last ? frameCount_ : inSong(layout_.inputEnd(chunk))};
  }

  [[nodiscard]] Status measure(const AudioView& audio) override {
    if (Status status = audio::checkAudio(audio, channelCount_, track_.taken()); !status.ok()) {
      return status;
    }
    if (audio.frameCount > frameCount_ - track_.taken()) {
      return {StatusCode::kBadAudio, "the song was said to have " + std::to_string(frameCount_) +
                                         " frames, got " +
                                         std::to_string(track_.taken() + audio.frameCount)};
    }
    track_.push(audio.channels, 0, audio.frameCount, levels_);
    if (track_.taken() == frameCount_) track_.finish(count_, levels_);
    return {};
  }

  [[nodiscard]] const std::vector<double>& levels() const override { return levels_; }

 private:
  const SongLayout layout_;
  const int channelCount_;
  const uint64_t frameCount_;
  const size_t count_;
  LevelTrack track_;
  std::vector<double> levels_;
};

}  // namespace
}  // namespace tasks

Result<std::unique_ptr<SongChunks>> SongChunks::create(std::string_view taskJson,
                                                       const SeparatorOptions& options,
                                                       uint64_t frameCount) {
  auto task = tasks::parseSeparationTask(taskJson);
  if (!task.ok()) return task.status();
  Status format = audio::checkFormat({options.sampleRate, options.channelCount});
  if (!format.ok()) return format;
  if (frameCount == 0) {
    return Status(StatusCode::kBadAudio, "the audio is empty: expected at least 1 frame, got 0");
  }
  if (frameCount >= tasks::kMaxFrames) {
    return Status(StatusCode::kBadAudio,
                  "expected a song of 1 to 2^48 frames, got " + std::to_string(frameCount));
  }
  const int rate = task.value().sampleRate;
  auto toModelRate = audio::Resampler::create(1, options.sampleRate, rate);
  if (!toModelRate.ok()) return toModelRate.status();
  auto toInputRate = audio::Resampler::create(1, rate, options.sampleRate);
  if (!toInputRate.ok()) return toInputRate.status();
  const tasks::SeparationPlan plan = tasks::planFor(task.value(), options.mode, options.quality);
  const tasks::SongLayout layout(task.value(), plan, toModelRate.value()->timing(),
                                 toInputRate.value()->timing());
  return std::unique_ptr<SongChunks>(
      std::make_unique<tasks::LaidOutSong>(layout, options, frameCount));
}

}  // namespace divisi
