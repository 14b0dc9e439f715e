#include "separation/chunks/chunk_timeline.h"

#include <algorithm>

namespace divisi::separation {

uint64_t ChunkTimeline::modelFrameOf(int64_t column) const {
  return static_cast<uint64_t>(std::max<int64_t>(column * hop_ - padFrames_, 0));
}

uint64_t ChunkTimeline::modelFramesNeeded(size_t chunk) const {
  const int64_t lastColumn = columnOf(chunk) + chunking_.needed() - 1;
  return static_cast<uint64_t>(std::max<int64_t>(lastColumn * hop_ + fftSize_ - padFrames_, 0));
}

RunStart ChunkTimeline::startAt(size_t chunk) const {
  RunStart start;
  start.keptColumn = padFrames_ / hop_;
  if (chunk == 0) return start;

  const auto history = static_cast<int64_t>(resamplerHistory());
  const int64_t historyColumns = history == 0 ? 0 : history / hop_ + 2;
  start.keptColumn = std::max(start.keptColumn, columnOf(chunk) - historyColumns);
  // Of the first chunk that runs the masks are not yet joined with those of the one before; the
  // frames of a column need those of the columns before that overlap it.
  const int64_t overlap = fftSize_ / hop_ - 1;
  const int64_t usable = start.keptColumn - overlap - chunking_.fade();
  start.firstChunk = static_cast<size_t>(std::max<int64_t>(usable, 0) / chunking_.hop);
  // The last chunk of a song may look back for its second look.
  start.firstColumn = columnOf(start.firstChunk) - chunking_.secondLook;
  if (start.firstColumn * hop_ <= padFrames_) start.firstColumn = 0;
  start.modelFrame = modelFrameOf(start.firstColumn);
  start.stemModelFrame = modelFrameOf(start.keptColumn);
  start.outputFrame = outputBegin(chunk);
  align(start);
  return start;
}

size_t ChunkTimeline::chunkCount(uint64_t inputFrames) const {
  // Columns that reach a frame of the song.
  const int64_t columns =
      (static_cast<int64_t>(modelFrames(inputFrames)) + padFrames_ + hop_ - 1) / hop_;
  // A live stream's last run gives what is too new for the others.
  if (chunking_.live()) return static_cast<size_t>(columns / chunking_.hop) + 1;
  if (columns <= chunking_.columns) return 1;
  return 1 + static_cast<size_t>((columns - chunking_.columns + chunking_.hop - 1) / chunking_.hop);
}

}  // namespace divisi::separation
