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

uint64_t ChunkTimeline::toInputFrames(uint64_t modelFrames) const {
  return audio::resampledLength(modelFrames, static_cast<int>(toModelRate_.out),
                                static_cast<int>(toModelRate_.in));
}

RunStart ChunkTimeline::startAt(size_t chunk) const {
  RunStart start;
  start.keptColumn = padFrames_ / hop_;
  if (chunk == 0) return start;

  // The resampler's first outputs need frames from before the chunk: those on which its filter
  // lies, twice its delay.
  const auto history = static_cast<int64_t>(2 * toInputRate_.delay);
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
  start.inputFrame = toModelRate_.alignedInput(start.modelFrame);
  start.stemModelFrame = modelFrameOf(start.keptColumn);
  start.alignedModelFrame = start.stemModelFrame - start.stemModelFrame % toInputRate_.in;
  start.alignedFrame = start.alignedModelFrame / toInputRate_.in * toInputRate_.out;
  start.outputFrame = outputBegin(chunk);
  return start;
}

size_t ChunkTimeline::chunkCount(uint64_t inputFrames) const {
  const uint64_t modelFrames = audio::resampledLength(
      inputFrames, static_cast<int>(toModelRate_.in), static_cast<int>(toModelRate_.out));
  // Columns that reach a frame of the song.
  const int64_t columns = (static_cast<int64_t>(modelFrames) + padFrames_ + hop_ - 1) / hop_;
  // A live stream's last run gives what is too new for the others.
  if (chunking_.live()) return static_cast<size_t>(columns / chunking_.hop) + 1;
  if (columns <= chunking_.columns) return 1;
  return 1 + static_cast<size_t>((columns - chunking_.columns + chunking_.hop - 1) / chunking_.hop);
}

uint64_t ChunkTimeline::outputBegin(size_t chunk) const {
  return toInputRate_.outputReady(modelFrameOf(givenBefore(chunk)));
}

uint64_t ChunkTimeline::inputEnd(size_t chunk) const {
  return toModelRate_.inputNeeded(modelFramesNeeded(chunk));
}

uint64_t ChunkTimeline::firstLatency() const {
  // The first chunk's. (With very short chunks the resampler may swallow the frames of more than
  // one.)
  size_t chunk = 0;
  while (outputBegin(chunk + 1) == 0) ++chunk;
  return inputEnd(chunk);
}

uint64_t ChunkTimeline::steadyLatency() const {
  // Chunks start at whole model frames, so all repeats with the resamplers' period at the latest;
  // and the first few have less to give.
  constexpr size_t kFirst = 1024;
  uint64_t longest = 0;
  for (size_t chunk = 0; chunk < toModelRate_.out + kFirst; ++chunk) {
    // The first may need nothing but the silence before the song.
    const uint64_t waited = std::max<uint64_t>(inputEnd(chunk), 1) - 1;
    longest = std::max(longest, waited - std::min(waited, outputBegin(chunk)));
  }
  return longest;
}

uint64_t ChunkTimeline::inputHop() const {
  return toInputFrames(static_cast<uint64_t>(chunking_.hop * hop_));
}

uint64_t ChunkTimeline::reach() const {
  // The filter holds back half its length, and carries on for the other half.
  return toInputFrames(static_cast<uint64_t>(fftSize_) + 2 * toInputRate_.delay);
}

}  // namespace divisi::separation
