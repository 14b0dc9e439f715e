// The task "key": its outputs are in divisi/key.h.
#pragma once

#include <memory>

#include "divisi/key.h"
#include "divisi/task.h"

namespace divisi::key {

/// @param model null. @return as CompiledTask::withoutModel; kUnsupported for the live form.
Result<std::shared_ptr<CompiledTask>> compileKey(const Model* model, const CompileOptions& options);

}  // namespace divisi::key
