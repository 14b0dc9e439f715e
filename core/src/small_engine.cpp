// What the small engine has: the tasks, operators and method of the catalogue's models that
// separate and tag, for pages that need no more. What is missing is kUnsupported, and whoever loads
// engines then takes the whole one.
#include <array>

#include "base/json.h"
#include "base/text.h"
#include "loudness/loudness_task.h"
#include "nn/operators/operator_table.h"
#include "separation/chunks/separation_document.h"
#include "separation/methods.h"
#include "separation/pipeline/mask_method.h"
#include "separation/separation_task.h"
#include "tagging/tagging_task.h"
#include "task/task.h"

namespace divisi {

std::span<const task::Task> task::tasks() {
  static constexpr std::array<Task, 3> kTasks = {{
      {.name = "loudness", .needsModel = false, .compile = loudness::compileLoudness},
      {.name = "separation", .compile = separation::compileSeparation},
      {.name = "tagging", .compile = tagging::compileTagging},
  }};
  return kTasks;
}

std::span<const nn::OperatorFamily> nn::operatorFamilies() {
  static constexpr std::array<OperatorFamily, 7> kFamilies = {
      activations, arithmetic, convolutions, floatDenseLayers, layouts, pooling, reductions};
  return kFamilies;
}

Result<std::shared_ptr<const separation::SeparationMethod>> separation::compileMethod(
    const Model& model, bool live) {
  const Result<Json> json = parseObject(model.taskJson(), "divisi.task");
  if (!json.ok()) return json.status();
  if (json.value().contains("segments")) {
    return unsupported("this build of divisi has no separation by segments");
  }
  auto document = parseSeparationDocument(model.taskJson());
  if (!document.ok()) return document.status();
  return compileMaskMethod(model, std::move(document.value()), live);
}

}  // namespace divisi
