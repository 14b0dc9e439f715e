#include "tasks/separation_plan.h"

#include <algorithm>
#include <cmath>

namespace divisi::tasks {
namespace {

// The three constants below were measured on vocals in five mixes and leak on seven instrumentals,
// each at several offsets of the chunks, because a single song's score depends on that luck by 1
// dB.

// A steeper mask than the model's own: 1.3 dB less voice in instrumental music, the same SDR.
constexpr double kSteeper = 1.5;

// Any offset from 4 to 52 frames gains 0.2 to 0.8 dB of vocals SDR and 1 to 5 dB of leak over one
// look; a multiple of the network's strides gains least.
constexpr int kSecondLook = 20;

// An eighth of the chunk: cross-fading over a quarter or leaving out the chunk's edges changed the
// SDR by less than 0.01 dB and costs more time.
constexpr int kFadeShare = 8;

}  // namespace

SeparationPlan planFor(const SeparationTask& task, SeparationMode mode, SeparationQuality quality) {
  SeparationPlan plan;
  plan.chunks = {.frames = task.chunkFrames, .hop = task.chunkFrames};
  // One FFT frame of silence before the song, as in the published pipeline. The best mode needs
  // only fftSize - hop, but keeps the grid on which the model's quality is known.
  plan.padSamples = task.fftSize;
  plan.exponent = task.exponent;
  plan.epsilon = task.epsilon;
  if (mode == SeparationMode::kReference) return plan;

  plan.chunks.hop = task.chunkFrames - std::max(task.chunkFrames / kFadeShare, 1);
  if (quality == SeparationQuality::kHigh) {
    plan.chunks.secondLook = std::min(kSecondLook, task.chunkFrames / 4);
  }
  plan.normalise = task.rmsDb.has_value();
  plan.rmsDb = task.rmsDb.value_or(0);
  plan.exponent = kSteeper * task.exponent;
  plan.epsilon = std::pow(task.epsilon, kSteeper);  // the same estimates count as nothing
  plan.extension = Extension::kUpperHalf;
  plan.useRemainder = task.remainder.has_value() && task.stems.size() > 1;
  return plan;
}

}  // namespace divisi::tasks
