// TaskStream for JavaScript, with a staging area for what goes in and for each output.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "divisi/status.h"
#include "divisi/stream.h"
#include "staging.h"

namespace divisi::wasm {

struct OutputValue {
  std::string name;
  std::string kind;
  int width = 0;
  double rate = 0;
  double itemSeconds = 0;
  StringList labels{emscripten::val::array()};
};

// Frames are numbers that JavaScript holds exactly.
struct TimingValue {
  double latency = 0;
  double runInterval = 0;
  double reach = 0;
};

inline const char* kindName(OutputKind kind) {
  switch (kind) {
    case OutputKind::kAudio:
      return "audio";
    case OutputKind::kRows:
      return "rows";
    case OutputKind::kEvents:
      break;
  }
  return "events";
}

class StagedStream {
 public:
  // A stream that could not be opened: nothing but status() may be called.
  explicit StagedStream(Status status) : status_(std::move(status)) {}

  StagedStream(std::unique_ptr<TaskStream> stream, size_t channelCount)
      : stream_(std::move(stream)), input_(channelCount, kStageFrames) {
    for (const Output& output : stream_->outputs()) {
      const auto width = static_cast<size_t>(output.width);
      switch (output.kind) {
        case OutputKind::kAudio:
          outputs_.emplace_back(width, kStageFrames);
          break;
        case OutputKind::kRows:
          outputs_.emplace_back(1, width * stageItems(output));
          break;
        case OutputKind::kEvents:
          outputs_.emplace_back(0, 0);
          break;
      }
    }
  }

  [[nodiscard]] StatusValue status() const { return toValue(status_); }

  [[nodiscard]] OutputList outputs() const {
    emscripten::val list = emscripten::val::array();
    for (const Output& output : stream_->outputs()) {
      list.call<void>("push", OutputValue{output.name, kindName(output.kind), output.width,
                                          output.rate, output.itemSeconds,
                                          StringList(emscripten::val::array(output.labels))});
    }
    return OutputList(list);
  }

  [[nodiscard]] TimingValue timing() const {
    const StreamTiming timing = stream_->timing();
    return {.latency = static_cast<double>(timing.latency),
            .runInterval = static_cast<double>(timing.runInterval),
            .reach = static_cast<double>(timing.reach)};
  }

  [[nodiscard]] size_t stageFrames() const { return kStageFrames; }
  [[nodiscard]] Float32View inputView(size_t channel) const { return input_.view(channel); }
  StatusValue push(size_t frameCount) { return toValue(stream_->push(input_.audio(frameCount))); }
  StatusValue skip(size_t frameCount) { return toValue(stream_->skip(input_.audio(frameCount))); }
  StatusValue finish() { return toValue(stream_->finish()); }

  [[nodiscard]] size_t available(size_t output) const { return stream_->available(output); }
  // @return the number of items that outputView() shows now: fewer than asked for where the stage
  // holds no more.
  size_t pull(size_t output, size_t maxItems) {
    const size_t count = std::min(maxItems, stageItems(stream_->outputs()[output]));
    return stream_->pull(output, outputs_[output].planes(), count);
  }
  // A channel of audio, or as plane 0 the rows one after the other.
  [[nodiscard]] Float32View outputView(size_t output, size_t plane) const {
    return outputs_[output].view(plane);
  }

  // @return the number of events that eventsView() shows now.
  size_t pullEvents(size_t output, size_t maxItems) {
    std::array<Event, kStageEvents> events;
    const size_t count =
        stream_->pullEvents(output, std::span(events).first(std::min(maxItems, kStageEvents)));
    events_.clear();
    for (const Event& event : std::span(events).first(count)) {
      events_.insert(events_.end(), {event.start, event.end, static_cast<double>(event.label),
                                     event.value, event.confidence});
    }
    return count;
  }
  // start, end, label, value and confidence of one event after the other.
  [[nodiscard]] Float64View eventsView() const {
    return Float64View(
        emscripten::val(emscripten::typed_memory_view(events_.size(), events_.data())));
  }

 private:
  static constexpr size_t kStageEvents = 64;

  // Rows get as much room as a channel, and at least one of them fits.
  static size_t stageItems(const Output& output) {
    if (output.kind == OutputKind::kAudio) return kStageFrames;
    return std::max<size_t>(1, kStageFrames / static_cast<size_t>(std::max(1, output.width)));
  }

  Status status_;
  std::unique_ptr<TaskStream> stream_;
  Stage input_{0, 0};
  std::vector<Stage> outputs_;
  std::vector<double> events_;
};

}  // namespace divisi::wasm
