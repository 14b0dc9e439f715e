// The task "tagging": options and outputs are in divisi/tagger.h.
#pragma once

#include <memory>

#include "divisi/task.h"

namespace divisi::tagging {

/// @param model not null. @return as CompiledTask::compile; kUnsupported for the live form.
Result<std::shared_ptr<CompiledTask>> compileTagging(const Model* model,
                                                     const CompileOptions& options);

}  // namespace divisi::tagging
