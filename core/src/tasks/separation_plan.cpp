#include "tasks/separation_plan.h"

namespace divisi::tasks {
namespace {

// The published pipeline (model-facts: disjoint chunks, one FFT frame of zeros first).
SeparationPlan referencePlan(const SeparationTask& task) {
  SeparationPlan plan;
  plan.chunks = {.frames = task.chunkFrames, .hop = task.chunkFrames};
  plan.padSamples = task.fftSize;
  return plan;
}

}  // namespace

SeparationPlan planFor(const SeparationTask& task, SeparationMode mode, SeparationQuality quality) {
  if (mode == SeparationMode::kReference) return referencePlan(task);
  SeparationPlan plan;
  const bool high = quality == SeparationQuality::kHigh;
  plan.chunks.frames = task.chunkFrames;
  plan.chunks.hop = high ? task.chunkFrames / 2 : task.chunkFrames - task.chunkFrames / 8;
  plan.chunks.shiftLast = !high;
  plan.padSamples = task.fftSize - task.hop;
  plan.normalise = task.rmsDb.has_value();
  plan.rmsDb = task.rmsDb.value_or(0);
  plan.extension = Extension::kAverage;
  plan.useRemainder = task.remainder.has_value() && task.stems.size() > 1;
  return plan;
}

}  // namespace divisi::tasks
