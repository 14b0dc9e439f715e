#include "separation/method/timeline.h"

#include <algorithm>

namespace divisi::separation {

uint64_t Timeline::toInputFrames(uint64_t modelFrames) const {
  return audio::resampledLength(modelFrames, static_cast<int>(toModelRate_.out),
                                static_cast<int>(toModelRate_.in));
}

uint64_t Timeline::modelFrames(uint64_t inputFrames) const {
  return audio::resampledLength(inputFrames, static_cast<int>(toModelRate_.in),
                                static_cast<int>(toModelRate_.out));
}

void Timeline::align(RunStart& start) const {
  start.inputFrame = toModelRate_.alignedInput(start.modelFrame);
  start.alignedModelFrame = start.stemModelFrame - start.stemModelFrame % toInputRate_.in;
  start.alignedFrame = start.alignedModelFrame / toInputRate_.in * toInputRate_.out;
}

uint64_t Timeline::outputBegin(size_t chunk) const {
  return toInputRate_.outputReady(modelFrameBegin(chunk));
}

uint64_t Timeline::inputEnd(size_t chunk) const {
  return toModelRate_.inputNeeded(modelFramesNeeded(chunk));
}

uint64_t Timeline::firstLatency() const {
  // The first chunk's. (With very short chunks the resampler may swallow the frames of more than
  // one.)
  size_t chunk = 0;
  while (outputBegin(chunk + 1) == 0) ++chunk;
  return inputEnd(chunk);
}

uint64_t Timeline::steadyLatency() const {
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

uint64_t Timeline::reach() const {
  // The filter holds back half its length, and carries on for the other half.
  return toInputFrames(modelReach() + 2 * toInputRate_.delay);
}

}  // namespace divisi::separation
