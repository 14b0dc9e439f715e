// Task: a line of the table of tasks (whole_engine.cpp). A new task adds one.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "divisi/task.h"

namespace divisi::task {

struct Task {
  std::string_view name;  ///< `task` of its models' `divisi.task` document
  bool needsModel = true;
  /// @param model null exactly where `needsModel` is false.
  Result<std::shared_ptr<CompiledTask>> (*compile)(const Model* model,
                                                   const CompileOptions& options) = nullptr;
};

/// The tasks of this engine: whole_engine.cpp or small_engine.cpp has the table.
std::span<const Task> tasks();

}  // namespace divisi::task
