// The task "beats": options and outputs are in divisi/beats.h.
#pragma once

#include <memory>

#include "divisi/task.h"

namespace divisi::beats {

/// @param model not null. @return as CompiledTask::compile.
Result<std::shared_ptr<CompiledTask>> compileBeats(const Model* model,
                                                   const CompileOptions& options);

}  // namespace divisi::beats
