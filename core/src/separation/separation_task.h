// The task "separation": options and outputs are in divisi/separator.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "divisi/separator.h"
#include "divisi/task.h"

namespace divisi::separation {

/// The options of a stream, from JSON or from a typed face.
struct SeparationOptions {
  SeparationMode mode = SeparationMode::kBest;
  SeparationQuality quality = SeparationQuality::kNormal;
  std::vector<std::string> stems = {};
  size_t firstChunk = 0;
  std::vector<double> levels = {};
  double latency = 0;       ///< seconds, for a task compiled for live only
  bool measure = false;     ///< for the levels instead of the stems
  uint64_t frameCount = 0;  ///< of the song to measure
};

/// @param model not null. @return as CompiledTask::compile.
Result<std::shared_ptr<CompiledTask>> compileSeparation(const Model* model,
                                                        const CompileOptions& options);

/// CompiledTask::open, without JSON.
/// @return kBadModel when the task is another one.
Result<std::unique_ptr<TaskStream>> openSeparation(CompiledTask& task, const StreamFormat& format,
                                                   const SeparationOptions& options);

}  // namespace divisi::separation
