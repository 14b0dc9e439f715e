// What the whole engine has: every task, every operator and every method of separation.
//
// Programs that link the core get this one, unless they link small_engine.cpp, which defines the
// same functions and so keeps what it leaves out from being linked.
#include <array>

#include "beats/beats_task.h"
#include "chords/chord_task.h"
#include "drums/drums_task.h"
#include "key/key_task.h"
#include "loudness/loudness_task.h"
#include "melody/melody_task.h"
#include "nn/operators/operator_table.h"
#include "notes/notes_task.h"
#include "sections/sections_task.h"
#include "separation/chunks/separation_document.h"
#include "separation/methods.h"
#include "separation/pipeline/mask_method.h"
#include "separation/segments/document/segment_document.h"
#include "separation/segments/segment_method.h"
#include "separation/separation_task.h"
#include "tagging/tagging_task.h"
#include "task/task.h"

namespace divisi {

std::span<const task::Task> task::tasks() {
  static constexpr std::array<Task, 10> kTasks = {{
      {.name = "beats", .compile = beats::compileBeats},
      {.name = "chords", .compile = chords::compileChords},
      {.name = "drums", .compile = drums::compileDrums},
      {.name = "key", .needsModel = false, .compile = key::compileKey},
      {.name = "loudness", .needsModel = false, .compile = loudness::compileLoudness},
      {.name = "melody", .compile = melody::compileMelody},
      {.name = "notes", .compile = notes::compileNotes},
      {.name = "sections", .needsModel = false, .compile = sections::compileSections},
      {.name = "separation", .compile = separation::compileSeparation},
      {.name = "tagging", .compile = tagging::compileTagging},
  }};
  return kTasks;
}

std::span<const nn::OperatorFamily> nn::operatorFamilies() {
  static constexpr std::array<OperatorFamily, 13> kFamilies = {
      activations,    arithmetic, convolutions, denseLayers, elementwise, indexing, layouts,
      normalisations, pooling,    products,     reductions,  resizing,    sequences};
  return kFamilies;
}

Result<std::shared_ptr<const separation::SeparationMethod>> separation::compileMethod(
    const Model& model, bool live) {
  if (isSegmentDocument(model.taskJson())) {
    auto document = parseSegmentDocument(model.taskJson());
    if (!document.ok()) return document.status();
    if (live) return liveIsUnsupported(document.value());
    return compileSegmentMethod(model, std::move(document.value()));
  }
  auto document = parseSeparationDocument(model.taskJson());
  if (!document.ok()) return document.status();
  return compileMaskMethod(model, std::move(document.value()), live);
}

}  // namespace divisi
