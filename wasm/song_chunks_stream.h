// SongChunks for JavaScript.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "divisi/song_chunks.h"
#include "separator_stream.h"
#include "staging.h"

namespace divisi::wasm {

// Frames are numbers that JavaScript holds exactly: a song is shorter than 2^48 of them.
struct ChunkBoundsValue {
  double outputBegin = 0;
  double outputEnd = 0;
  double inputBegin = 0;
  double inputEnd = 0;
};

// A song cut into chunks, with a staging area for measuring its levels.
class SongChunksStream {
 public:
  SongChunksStream(const std::string& taskJson, const SeparatorStreamOptions& options,
                   double frameCount) {
    Result<std::unique_ptr<SongChunks>> chunks =
        SongChunks::create(taskJson, toOptions(options), static_cast<uint64_t>(frameCount));
    status_ = chunks.status();
    if (!status_.ok()) return;
    chunks_ = std::move(chunks.value());
    input_.allocate(static_cast<size_t>(options.channelCount));
  }

  // Whether the constructor succeeded; where it did not, nothing else may be called.
  [[nodiscard]] StatusValue status() const { return toValue(status_); }
  [[nodiscard]] size_t stageFrames() const { return kStageFrames; }
  [[nodiscard]] size_t count() const { return chunks_->count(); }
  [[nodiscard]] ChunkBoundsValue bounds(size_t chunk) const {
    const ChunkBounds bounds = chunks_->bounds(chunk);
    return {.outputBegin = static_cast<double>(bounds.outputBegin),
            .outputEnd = static_cast<double>(bounds.outputEnd),
            .inputBegin = static_cast<double>(bounds.inputBegin),
            .inputEnd = static_cast<double>(bounds.inputEnd)};
  }

  [[nodiscard]] Float32View inputView(size_t channel) const { return input_.view(channel); }
  StatusValue push(size_t frameCount) {
    return toValue(chunks_->measure(input_.audio(frameCount)));
  }
  // Levels measured so far.
  [[nodiscard]] size_t available() const { return chunks_->levels().size(); }
  [[nodiscard]] Float64View levelsView() const {
    const std::vector<double>& levels = chunks_->levels();
    return Float64View(
        emscripten::val(emscripten::typed_memory_view(levels.size(), levels.data())));
  }

 private:
  Status status_;
  std::unique_ptr<SongChunks> chunks_;
  AudioStage input_;
};

}  // namespace divisi::wasm
