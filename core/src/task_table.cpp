// What finds a task in the table of tasks, which the engine has (whole_engine.cpp).
#include <algorithm>
#include <string>

#include "base/json_fields.h"
#include "base/text.h"
#include "divisi/task.h"
#include "task/task.h"

namespace divisi {
namespace {

Result<std::shared_ptr<CompiledTask>> compileNamed(std::string_view name, const Model* model,
                                                   const CompileOptions& options) {
  const bool needsModel = model != nullptr;
  std::string known;
  for (const task::Task& task : task::tasks()) {
    if (task.needsModel != needsModel) continue;
    if (task.name == name) return task.compile(model, options);
    known += (known.empty() ? "" : ", ") + quote(task.name);
  }
  return unsupported((needsModel ? "divisi.task: task " : "a task without a model: ") +
                     quote(name) + "; this build knows " + (known.empty() ? "none" : known));
}

}  // namespace

Result<std::shared_ptr<CompiledTask>> CompiledTask::compile(const Model& model,
                                                            const CompileOptions& options) {
  const Result<Json> document = parseObject(model.taskJson(), "divisi.task");
  if (!document.ok()) return document.status();
  JsonFields fields(document.value(), "divisi.task: ");
  const std::string name = fields.text("task");
  if (!fields.status().ok()) return fields.status();
  return compileNamed(name, &model, options);
}

Result<std::shared_ptr<CompiledTask>> CompiledTask::withoutModel(std::string_view task) {
  return compileNamed(task, nullptr, {});
}

}  // namespace divisi
