// The border between C++ and JavaScript: translates, computes nothing.
//
// Samples and bytes cross it through staging areas that C++ owns and JavaScript sees as typed-array
// views. A view is good until the next call into the module: growing the memory detaches it.
// Failures cross it as {code, message} with the words of divisi::codeName, and "ok".
#include <emscripten/bind.h>
#include <emscripten/em_js.h>

#include <cstddef>
#include <new>
#include <string>

#include "compiled_task.h"
#include "divisi/model.h"
#include "divisi/status.h"
#include "staged_stream.h"
#include "staging.h"

// Memory that operator new cannot get ends the instance by a JavaScript exception, which
// wasm_engine.ts turns into `out-of-memory` and drops the instance. (A failing malloc aborts, which
// does the same.)
EM_JS(void, throwOutOfMemory, (), { throw new Error("out of memory"); });

namespace divisi::wasm {
namespace {

struct ModelDescription {
  StatusValue status;
  std::string task;
  std::string card;
};

ModelDescription describeModel(const ByteBuffer& bytes) {
  Result<Model> model = Model::open(bytes.span());
  if (!model.ok()) return {toValue(model.status()), {}, {}};
  return {{}, model.value().taskJson(), model.value().cardJson()};
}

// Runs when the module starts, before any call can allocate.
[[maybe_unused]] const std::new_handler kPrevious = std::set_new_handler(throwOutOfMemory);

}  // namespace
}  // namespace divisi::wasm

EMSCRIPTEN_BINDINGS(divisi) {
  using namespace divisi::wasm;  // NOLINT(google-build-using-namespace)
  emscripten::register_type<Float32View>("Float32Array");
  emscripten::register_type<Float64View>("Float64Array");
  emscripten::register_type<ByteView>("Uint8Array");
  emscripten::register_type<StringList>("string[]");
  emscripten::register_type<OutputList>("Output[]");
  emscripten::register_type<ChunkList>("ChunkBounds[]");

  emscripten::value_object<StatusValue>("Status")
      .field("code", &StatusValue::code)
      .field("message", &StatusValue::message);
  emscripten::value_object<ModelDescription>("ModelDescription")
      .field("status", &ModelDescription::status)
      .field("task", &ModelDescription::task)
      .field("card", &ModelDescription::card);
  emscripten::value_object<OutputValue>("Output")
      .field("name", &OutputValue::name)
      .field("kind", &OutputValue::kind)
      .field("width", &OutputValue::width)
      .field("rate", &OutputValue::rate)
      .field("itemSeconds", &OutputValue::itemSeconds)
      .field("labels", &OutputValue::labels);
  emscripten::value_object<TimingValue>("Timing")
      .field("latency", &TimingValue::latency)
      .field("runInterval", &TimingValue::runInterval)
      .field("reach", &TimingValue::reach);
  emscripten::value_object<ChunkBoundsValue>("ChunkBounds")
      .field("outputBegin", &ChunkBoundsValue::outputBegin)
      .field("outputEnd", &ChunkBoundsValue::outputEnd)
      .field("inputBegin", &ChunkBoundsValue::inputBegin)
      .field("inputEnd", &ChunkBoundsValue::inputEnd);
  emscripten::value_object<ChunksValue>("Chunks")
      .field("status", &ChunksValue::status)
      .field("chunks", &ChunksValue::chunks);

  emscripten::class_<ByteBuffer>("ByteBuffer")
      .constructor<size_t>()
      .function("view", &ByteBuffer::view);
  emscripten::function("describeModel", &describeModel);
  emscripten::class_<CompiledTask>("CompiledTask")
      .constructor<const ByteBuffer&, bool>()
      .class_function("withoutModel", &CompiledTask::withoutModel)
      .function("status", &CompiledTask::status)
      .function("open", &CompiledTask::open)
      .function("chunks", &CompiledTask::chunks);
  emscripten::class_<StagedStream>("TaskStream")
      .function("status", &StagedStream::status)
      .function("outputs", &StagedStream::outputs)
      .function("timing", &StagedStream::timing)
      .function("stageFrames", &StagedStream::stageFrames)
      .function("inputView", &StagedStream::inputView)
      .function("push", &StagedStream::push)
      .function("skip", &StagedStream::skip)
      .function("finish", &StagedStream::finish)
      .function("available", &StagedStream::available)
      .function("pull", &StagedStream::pull)
      .function("outputView", &StagedStream::outputView)
      .function("pullEvents", &StagedStream::pullEvents)
      .function("eventsView", &StagedStream::eventsView);
}
