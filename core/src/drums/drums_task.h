// The task "drums": options and outputs are in divisi/drums.h.
#pragma once

#include <memory>

#include "divisi/task.h"

namespace divisi::drums {

/// @param model not null. @return as CompiledTask::compile.
Result<std::shared_ptr<CompiledTask>> compileDrums(const Model* model,
                                                   const CompileOptions& options);

}  // namespace divisi::drums
