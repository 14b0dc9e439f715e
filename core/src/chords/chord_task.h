// The task "chords": its outputs are in divisi/chords.h.
#pragma once

#include <memory>

#include "divisi/chords.h"
#include "divisi/task.h"

namespace divisi::chords {

/// @param model not null. @return as CompiledTask::compile; kUnsupported for the live form.
Result<std::shared_ptr<CompiledTask>> compileChords(const Model* model,
                                                    const CompileOptions& options);

}  // namespace divisi::chords
