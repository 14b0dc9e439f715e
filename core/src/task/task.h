// Task: a line of the table of tasks (task_table.cpp). A new task adds one.
#pragma once

#include <memory>
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

}  // namespace divisi::task
