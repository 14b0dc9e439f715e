// The task "sections": its outputs are in divisi/sections.h.
#pragma once

#include <memory>

#include "divisi/sections.h"
#include "divisi/task.h"

namespace divisi::sections {

/// @param model null. @return as CompiledTask::withoutModel; kUnsupported for the live form.
Result<std::shared_ptr<CompiledTask>> compileSections(const Model* model,
                                                      const CompileOptions& options);

}  // namespace divisi::sections
