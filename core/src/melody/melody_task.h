// The task "melody": its outputs are in divisi/melody.h.
#pragma once

#include <memory>

#include "divisi/melody.h"
#include "divisi/task.h"

namespace divisi::melody {

/// @param model not null. @return as CompiledTask::compile; kUnsupported for the live form.
Result<std::shared_ptr<CompiledTask>> compileMelody(const Model* model,
                                                    const CompileOptions& options);

}  // namespace divisi::melody
