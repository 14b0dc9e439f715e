// The task "loudness": its outputs are in divisi/loudness.h.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "divisi/loudness.h"
#include "divisi/task.h"

namespace divisi::loudness {

/// The outputs, and what their items hold: the members of the structs, in their order.
inline constexpr size_t kRowsOutput = 0;
using RowNumbers = std::array<float, sizeof(LoudnessRow) / sizeof(float)>;
inline constexpr size_t kSummaryOutput = 1;
using SummaryNumbers = std::array<float, sizeof(LoudnessSummary) / sizeof(float)>;

/// Precondition: the format can be measured.
std::unique_ptr<TaskStream> openLoudness(const StreamFormat& format);

/// @param model null. @return as CompiledTask::withoutModel; kUnsupported for the live form.
Result<std::shared_ptr<CompiledTask>> compileLoudness(const Model* model,
                                                      const CompileOptions& options);

}  // namespace divisi::loudness
