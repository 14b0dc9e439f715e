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

#include "divisi/model.h"
#include "divisi/status.h"
#include "live_stream.h"
#include "separator_stream.h"
#include "song_chunks_stream.h"
#include "staging.h"
#include "tagger_stream.h"

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
  emscripten::register_type<NumberList>("ArrayLike<number>");

  emscripten::value_object<StatusValue>("Status")
      .field("code", &StatusValue::code)
      .field("message", &StatusValue::message);
  emscripten::value_object<ModelDescription>("ModelDescription")
      .field("status", &ModelDescription::status)
      .field("task", &ModelDescription::task)
      .field("card", &ModelDescription::card);
  emscripten::value_object<SeparatorStreamOptions>("SeparatorStreamOptions")
      .field("sampleRate", &SeparatorStreamOptions::sampleRate)
      .field("channelCount", &SeparatorStreamOptions::channelCount)
      .field("reference", &SeparatorStreamOptions::reference)
      .field("highQuality", &SeparatorStreamOptions::highQuality)
      .field("stems", &SeparatorStreamOptions::stems)
      .field("firstChunk", &SeparatorStreamOptions::firstChunk)
      .field("levels", &SeparatorStreamOptions::levels);
  emscripten::value_object<ChunkBoundsValue>("ChunkBounds")
      .field("outputBegin", &ChunkBoundsValue::outputBegin)
      .field("outputEnd", &ChunkBoundsValue::outputEnd)
      .field("inputBegin", &ChunkBoundsValue::inputBegin)
      .field("inputEnd", &ChunkBoundsValue::inputEnd);
  emscripten::value_object<LiveStreamOptions>("LiveStreamOptions")
      .field("sampleRate", &LiveStreamOptions::sampleRate)
      .field("channelCount", &LiveStreamOptions::channelCount)
      .field("latency", &LiveStreamOptions::latency)
      .field("stems", &LiveStreamOptions::stems);
  emscripten::value_object<TaggerStreamOptions>("TaggerStreamOptions")
      .field("sampleRate", &TaggerStreamOptions::sampleRate)
      .field("channelCount", &TaggerStreamOptions::channelCount)
      .field("hopFrames", &TaggerStreamOptions::hopFrames);

  emscripten::class_<ByteBuffer>("ByteBuffer")
      .constructor<size_t>()
      .function("view", &ByteBuffer::view);
  emscripten::function("describeModel", &describeModel);
  emscripten::class_<SeparatorNetworks>("SeparatorNetworks")
      .constructor<const ByteBuffer&>()
      .function("status", &SeparatorNetworks::status);
  emscripten::class_<SeparatorStream>("SeparatorStream")
      .constructor<const SeparatorNetworks&, const SeparatorStreamOptions&>()
      .function("status", &SeparatorStream::status)
      .function("stageFrames", &SeparatorStream::stageFrames)
      .function("stemCount", &SeparatorStream::stemCount)
      .function("stemName", &SeparatorStream::stemName)
      .function("inputView", &SeparatorStream::inputView)
      .function("outputView", &SeparatorStream::outputView)
      .function("push", &SeparatorStream::push)
      .function("available", &SeparatorStream::available)
      .function("pull", &SeparatorStream::pull)
      .function("finish", &SeparatorStream::finish);
  emscripten::class_<SongChunksStream>("SongChunksStream")
      .constructor<const std::string&, const SeparatorStreamOptions&, double>()
      .function("status", &SongChunksStream::status)
      .function("stageFrames", &SongChunksStream::stageFrames)
      .function("count", &SongChunksStream::count)
      .function("bounds", &SongChunksStream::bounds)
      .function("inputView", &SongChunksStream::inputView)
      .function("push", &SongChunksStream::push)
      .function("available", &SongChunksStream::available)
      .function("levelsView", &SongChunksStream::levelsView);
  emscripten::class_<LiveStream>("LiveStream")
      .constructor<const ByteBuffer&, const LiveStreamOptions&>()
      .function("status", &LiveStream::status)
      .function("stageFrames", &LiveStream::stageFrames)
      .function("stemCount", &LiveStream::stemCount)
      .function("stemName", &LiveStream::stemName)
      .function("latencyFrames", &LiveStream::latencyFrames)
      .function("hopFrames", &LiveStream::hopFrames)
      .function("inputView", &LiveStream::inputView)
      .function("outputView", &LiveStream::outputView)
      .function("push", &LiveStream::push)
      .function("skip", &LiveStream::skip)
      .function("available", &LiveStream::available)
      .function("pull", &LiveStream::pull);
  emscripten::class_<TaggerStream>("TaggerStream")
      .constructor<const ByteBuffer&, const TaggerStreamOptions&>()
      .function("status", &TaggerStream::status)
      .function("stageFrames", &TaggerStream::stageFrames)
      .function("hopSeconds", &TaggerStream::hopSeconds)
      .function("patchSeconds", &TaggerStream::patchSeconds)
      .function("inputView", &TaggerStream::inputView)
      .function("scoresView", &TaggerStream::scoresView)
      .function("embeddingView", &TaggerStream::embeddingView)
      .function("push", &TaggerStream::push)
      .function("available", &TaggerStream::available)
      .function("pull", &TaggerStream::pull)
      .function("finish", &TaggerStream::finish)
      .function("padded", &TaggerStream::padded);
}
