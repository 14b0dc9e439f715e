// The task "notes": its outputs are in divisi/notes.h.
#pragma once

#include <memory>

#include "divisi/notes.h"
#include "divisi/task.h"

namespace divisi::notes {

/// @param model not null. @return as CompiledTask::compile; kUnsupported for the live form.
Result<std::shared_ptr<CompiledTask>> compileNotes(const Model* model,
                                                   const CompileOptions& options);

}  // namespace divisi::notes
