#include "separation/segments/segment_timeline.h"

#include "base/integers.h"

namespace divisi::separation {

RunStart SegmentTimeline::startAt(size_t chunk) const {
  RunStart start;
  if (chunk == 0) return start;
  const auto begin = static_cast<int64_t>(modelFrameBegin(chunk));
  const int64_t kept = std::max<int64_t>(begin - static_cast<int64_t>(resamplerHistory()), 0);
  start.stemModelFrame = static_cast<uint64_t>(kept);
  // The first segment that gives a part of the first frame.
  const int64_t first = floorDivide(kept + segments_.lead - segments_.frames, segments_.hop) + 1;
  start.firstChunk = static_cast<size_t>(std::max<int64_t>(first, 0));
  // Segments that the song's end cuts hear what lies before them.
  start.modelFrame =
      inSong(segments_.begin(start.firstChunk) - segments_.margin - segments_.history());
  start.outputFrame = outputBegin(chunk);
  align(start);
  return start;
}

size_t SegmentTimeline::chunkCount(uint64_t inputFrames) const {
  const auto end = static_cast<int64_t>(modelFrames(inputFrames)) + segments_.lead;
  return static_cast<size_t>(std::max<int64_t>((end + segments_.hop - 1) / segments_.hop, 1));
}

}  // namespace divisi::separation
