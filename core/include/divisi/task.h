// CompiledTask: what a model file (or a method that needs none) can do, made ready once for all the
// audio that will go through it.
//
//   Status tag(const Model& model, const AudioView& song) {
//     Result<std::shared_ptr<CompiledTask>> task = CompiledTask::compile(model);
//     if (!task.ok()) return task.status();
//     Result<std::unique_ptr<TaskStream>> stream = task.value()->open({.sampleRate = 48000}, "{}");
//     return stream.ok() ? stream.value()->push(song) : stream.status();
//   }
//
// Which task it is, the model's `divisi.task` document says (models/FORMAT.md); the table of tasks
// is in core/src/whole_engine.cpp. Typed faces on the same streams, with options as structs, are in
// separator.h, tagger.h, loudness.h and beats.h.
//
// Threads: all streams of one CompiledTask on one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "divisi/model.h"
#include "divisi/status.h"
#include "divisi/stream.h"

namespace divisi {

/// What a model is compiled for.
struct CompileOptions {
  /// For live streams, whose networks run on shorter windows, instead of for whole songs: of
  /// separations (the option `latency`) and of beats.
  bool live = false;
};

/// Where a chunk of a song lies, in frames of the song at its own rate. Any stretch of whole chunks
/// can be computed alone and equals what the whole song's run gives there.
struct ChunkBounds {
  /// The first frame of every audio output that becomes ready when the chunk has been computed: 0
  /// for the first chunk, else where the chunk before ends.
  uint64_t outputBegin = 0;
  /// The frame after the last one that becomes ready; the song's end for the last chunk.
  uint64_t outputEnd = 0;
  /// A run that starts with this chunk is pushed the song from here on.
  uint64_t inputBegin = 0;
  /// This chunk is ready when all before this frame has been pushed, and where that is the song's
  /// end, after finish().
  uint64_t inputEnd = 0;
};

/// A task, made ready to open streams.
class CompiledTask {
 public:
  /// Compiles the model's networks: almost all that opening a stream costs. `model` is not needed
  /// afterwards.
  /// @return kBadModel (task and graph do not fit), kUnsupported (a task that this build does not
  /// know, or one that has no live form), kOutOfMemory.
  static Result<std::shared_ptr<CompiledTask>> compile(const Model& model,
                                                       const CompileOptions& options = {});

  /// A task that needs no model, for example "loudness".
  /// @return kUnsupported for a name that is none of those.
  static Result<std::shared_ptr<CompiledTask>> withoutModel(std::string_view task);

  virtual ~CompiledTask() = default;

  /// The task's name, as in a model's `divisi.task` document: "separation".
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// Opens a stream of one piece of audio.
  /// @param optionsJson a JSON object; which keys a task knows, its header says ("" is "{}").
  /// @return kBadAudio (rate or channel count), kBadOption (no JSON object, a key that the task
  /// does not know, or a value outside what it allows, named), kUnsupported, kOutOfMemory.
  [[nodiscard]] virtual Result<std::unique_ptr<TaskStream>> open(const StreamFormat& format,
                                                                 std::string_view optionsJson) = 0;

  /// Where the chunks of a song lie, for tasks that can start inside a song (the option
  /// `firstChunk`).
  /// @param optionsJson as for open(). @param frameCount of the song, at least 1 and below 2^48.
  /// @return kUnsupported for other tasks; the errors of open().
  [[nodiscard]] virtual Result<std::vector<ChunkBounds>> chunks(const StreamFormat& format,
                                                                std::string_view optionsJson,
                                                                uint64_t frameCount);
};

}  // namespace divisi
