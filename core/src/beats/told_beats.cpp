#include "beats/told_beats.h"

#include <string>
#include <utility>
#include <vector>

#include "audio/resampler.h"
#include "base/integers.h"
#include "divisi/beats.h"

namespace divisi::beats {

Output beatsOutput() {
  std::vector<std::string> numbers;
  for (int number = 1; number <= kMostBeatsPerBar; ++number) {
    numbers.push_back(std::to_string(number));
  }
  return {.name = "beats", .kind = OutputKind::kEvents, .labels = std::move(numbers)};
}

Event beatEvent(double seconds, int number, double tempo, float confidence) {
  return {.start = seconds,
          .end = seconds,
          .label = number - 1,
          .value = static_cast<float>(tempo),
          .confidence = confidence};
}

StreamTiming timingOf(const BeatsDocument& document, const task::MonoInput& input, int sampleRate,
                      size_t framesAtOnce) {
  const audio::LogFilterbankOptions& frontEnd = document.frontEnd;
  const auto hop = static_cast<uint64_t>(frontEnd.hop);
  const auto fftSize = static_cast<uint64_t>(frontEnd.fftSize);
  const auto frames = static_cast<size_t>(document.chunkFrames);
  const auto lastCentre = (roundedUp(frames, framesAtOnce) - 1) * hop;
  // A frame is as long as its transform, whose middle is its centre.
  const uint64_t needed = lastCentre + fftSize - fftSize / 2;
  return {.latency = input.timing().inputNeeded(needed),
          .runInterval = audio::resampledLength(static_cast<uint64_t>(frames) * hop,
                                                frontEnd.sampleRate, sampleRate)};
}

}  // namespace divisi::beats
