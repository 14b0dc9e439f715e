// CompiledTask for JavaScript.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "divisi/model.h"
#include "divisi/status.h"
#include "divisi/stream.h"
#include "divisi/task.h"
#include "staged_stream.h"
#include "staging.h"

namespace divisi::wasm {

// Frames are numbers that JavaScript holds exactly: a song is shorter than 2^48 of them.
struct ChunkBoundsValue {
  double outputBegin = 0;
  double outputEnd = 0;
  double inputBegin = 0;
  double inputEnd = 0;
};

struct ChunksValue {
  StatusValue status;
  ChunkList chunks{emscripten::val::array()};
};

class CompiledTask {
 public:
  // @param bytes a model file, not needed afterwards.
  CompiledTask(const ByteBuffer& bytes, bool live) {
    Result<Model> model = Model::open(bytes.span());
    if (!model.ok()) {
      status_ = model.status();
    } else {
      keep(divisi::CompiledTask::compile(model.value(), {.live = live}));
    }
  }

  static std::unique_ptr<CompiledTask> withoutModel(const std::string& task) {
    return std::unique_ptr<CompiledTask>(new CompiledTask(task));
  }

  // Whether it was compiled; where it was not, nothing else may be called.
  [[nodiscard]] StatusValue status() const { return toValue(status_); }

  [[nodiscard]] std::unique_ptr<StagedStream> open(int sampleRate, int channelCount,
                                                   const std::string& optionsJson) const {
    Result<std::unique_ptr<TaskStream>> stream =
        task_->open({.sampleRate = sampleRate, .channelCount = channelCount}, optionsJson);
    if (!stream.ok()) return std::make_unique<StagedStream>(stream.status());
    return std::make_unique<StagedStream>(std::move(stream.value()),
                                          static_cast<size_t>(channelCount));
  }

  [[nodiscard]] ChunksValue chunks(int sampleRate, int channelCount, const std::string& optionsJson,
                                   double frameCount) const {
    Result<std::vector<ChunkBounds>> chunks =
        task_->chunks({.sampleRate = sampleRate, .channelCount = channelCount}, optionsJson,
                      static_cast<uint64_t>(frameCount));
    if (!chunks.ok()) return {.status = toValue(chunks.status())};
    emscripten::val list = emscripten::val::array();
    for (const ChunkBounds& bounds : chunks.value()) {
      list.call<void>("push",
                      ChunkBoundsValue{.outputBegin = static_cast<double>(bounds.outputBegin),
                                       .outputEnd = static_cast<double>(bounds.outputEnd),
                                       .inputBegin = static_cast<double>(bounds.inputBegin),
                                       .inputEnd = static_cast<double>(bounds.inputEnd)});
    }
    return {.status = {}, .chunks = ChunkList(list)};
  }

 private:
  explicit CompiledTask(const std::string& task) { keep(divisi::CompiledTask::withoutModel(task)); }

  void keep(Result<std::shared_ptr<divisi::CompiledTask>> compiled) {
    if (compiled.ok()) {
      task_ = std::move(compiled.value());
    } else {
      status_ = compiled.status();
    }
  }

  Status status_;
  std::shared_ptr<divisi::CompiledTask> task_;
};

}  // namespace divisi::wasm
