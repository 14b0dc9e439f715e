#include "separation/chunks/chunk_timeline.h"

#include <algorithm>

namespace divisi::tasks {

uint64_t SongLayout::sampleOf(int64_t frame) const {
  return static_cast<uint64_t>(std::max<int64_t>(frame * hop_ - padSamples_, 0));
}

uint64_t SongLayout::samplesNeeded(size_t chunk) const {
  const int64_t lastFrame = chunkStart(chunk) + chunks_.needed() - 1;
  return static_cast<uint64_t>(std::max<int64_t>(lastFrame * hop_ + fftSize_ - padSamples_, 0));
}

RunStart SongLayout::startAt(size_t chunk) const {
  RunStart start;
  start.keptFrame = padSamples_ / hop_;
  if (chunk == 0) return start;

  // The resampler's first outputs need samples from before the chunk: those on which its filter
  // lies, twice its delay.
  const auto history = static_cast<int64_t>(2 * toInputRate_.delay);
  const int64_t historyFrames = history == 0 ? 0 : history / hop_ + 2;
  start.keptFrame = std::max(start.keptFrame, chunkStart(chunk) - historyFrames);
  // Of the first chunk that runs the masks are not yet joined with those of the one before; the
  // samples of a frame need those of the frames before that overlap it.
  const int64_t overlap = fftSize_ / hop_ - 1;
  const int64_t usable = start.keptFrame - overlap - chunks_.fade();
  start.chunk = static_cast<size_t>(std::max<int64_t>(usable, 0) / chunks_.hop);
  // The last chunk of a song may look back for its second look.
  start.frame = chunkStart(start.chunk) - chunks_.secondLook;
  if (start.frame * hop_ <= padSamples_) start.frame = 0;
  start.modelSample = sampleOf(start.frame);
  start.inputFrame = toModelRate_.alignedInput(start.modelSample);
  start.stemSample = sampleOf(start.keptFrame);
  start.alignedStem = start.stemSample - start.stemSample % toInputRate_.in;
  start.alignedFrame = start.alignedStem / toInputRate_.in * toInputRate_.out;
  start.outputFrame = outputBegin(chunk);
  return start;
}

size_t SongLayout::chunkCount(uint64_t inputFrames) const {
  const uint64_t samples = audio::resampledLength(inputFrames, static_cast<int>(toModelRate_.in),
                                                  static_cast<int>(toModelRate_.out));
  const auto frames =
      (static_cast<int64_t>(samples) + padSamples_ + hop_ - 1) / hop_;  // that reach a sample
  if (frames <= chunks_.frames) return 1;
  return 1 + static_cast<size_t>((frames - chunks_.frames + chunks_.hop - 1) / chunks_.hop);
}

uint64_t SongLayout::outputBegin(size_t chunk) const {
  return toInputRate_.outputReady(sampleOf(givenBefore(chunk)));
}

uint64_t SongLayout::inputEnd(size_t chunk) const {
  return toModelRate_.inputNeeded(samplesNeeded(chunk));
}

uint64_t SongLayout::inputHop() const {
  return audio::resampledLength(static_cast<uint64_t>(chunks_.hop * hop_),
                                static_cast<int>(toModelRate_.out),
                                static_cast<int>(toModelRate_.in));
}

uint64_t SongLayout::steadyLatency() const {
  // Chunks start at whole samples of the model's rate, so all repeats with the resamplers' period
  // at the latest; and the first few have less to give.
  constexpr size_t kFirst = 1024;
  uint64_t longest = 0;
  for (size_t chunk = 0; chunk < toModelRate_.out + kFirst; ++chunk) {
    // The first may need nothing but the silence before the song.
    const uint64_t waited = std::max<uint64_t>(inputEnd(chunk), 1) - 1;
    longest = std::max(longest, waited - std::min(waited, outputBegin(chunk)));
  }
  return longest;
}

}  // namespace divisi::tasks
