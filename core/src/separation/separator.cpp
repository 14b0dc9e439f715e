// The Separator and the LiveSeparator of the public API: the streams of the task "separation", with
// types.
#include "divisi/separator.h"

#include <utility>

#include "separation/separation_task.h"

namespace divisi {
namespace {

/// A stream's stems, in step.
class Stems {
 public:
  explicit Stems(std::unique_ptr<TaskStream> stream) : stream_(std::move(stream)) {
    for (const Output& output : stream_->outputs()) names_.push_back(output.name);
  }

  [[nodiscard]] TaskStream& stream() const { return *stream_; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] size_t available() const { return stream_->available(0); }
  [[nodiscard]] size_t pull(float* const* const* out, size_t maxFrames) const {
    size_t frames = 0;
    for (size_t i = 0; i < names_.size(); ++i) frames = stream_->pull(i, out[i], maxFrames);
    return frames;
  }

 private:
  std::unique_ptr<TaskStream> stream_;
  std::vector<std::string> names_;
};

class StreamSeparator final : public Separator {
 public:
  explicit StreamSeparator(std::unique_ptr<TaskStream> stream) : stems_(std::move(stream)) {}

  [[nodiscard]] const std::vector<std::string>& stems() const override { return stems_.names(); }
  [[nodiscard]] Status push(const AudioView& audio) override { return stems_.stream().push(audio); }
  [[nodiscard]] size_t available() const override { return stems_.available(); }
  [[nodiscard]] size_t pull(float* const* const* out, size_t maxFrames) override {
    return stems_.pull(out, maxFrames);
  }
  [[nodiscard]] Status finish() override { return stems_.stream().finish(); }
  [[nodiscard]] size_t latency() const override {
    return static_cast<size_t>(stems_.stream().timing().latency);
  }

 private:
  const Stems stems_;
};

class StreamLiveSeparator final : public LiveSeparator {
 public:
  explicit StreamLiveSeparator(std::unique_ptr<TaskStream> stream) : stems_(std::move(stream)) {}

  [[nodiscard]] const std::vector<std::string>& stems() const override { return stems_.names(); }
  [[nodiscard]] size_t latency() const override {
    return static_cast<size_t>(stems_.stream().timing().latency);
  }
  [[nodiscard]] size_t hopFrames() const override {
    return static_cast<size_t>(stems_.stream().timing().runInterval);
  }
  [[nodiscard]] Status push(const AudioView& audio) override { return stems_.stream().push(audio); }
  [[nodiscard]] Status skip(const AudioView& audio) override { return stems_.stream().skip(audio); }
  [[nodiscard]] size_t available() const override { return stems_.available(); }
  [[nodiscard]] size_t pull(float* const* const* out, size_t maxFrames) override {
    return stems_.pull(out, maxFrames);
  }

 private:
  const Stems stems_;
};

}  // namespace

Result<std::unique_ptr<Separator>> Separator::create(CompiledTask& task,
                                                     const SeparatorOptions& options) {
  auto stream = separation::openSeparation(
      task, {.sampleRate = options.sampleRate, .channelCount = options.channelCount},
      {.mode = options.mode,
       .quality = options.quality,
       .stems = options.stems,
       .firstChunk = options.firstChunk,
       .levels = options.levels});
  if (!stream.ok()) return stream.status();
  return std::unique_ptr<Separator>(std::make_unique<StreamSeparator>(std::move(stream.value())));
}

Result<std::unique_ptr<Separator>> Separator::create(const Model& model,
                                                     const SeparatorOptions& options) {
  auto task = separation::compileSeparation(&model, {});
  if (!task.ok()) return task.status();
  return create(*task.value(), options);
}

Result<std::unique_ptr<LiveSeparator>> LiveSeparator::create(CompiledTask& task,
                                                             const LiveSeparatorOptions& options) {
  auto stream = separation::openSeparation(
      task, {.sampleRate = options.sampleRate, .channelCount = options.channelCount},
      {.stems = options.stems, .latency = options.latency});
  if (!stream.ok()) return stream.status();
  return std::unique_ptr<LiveSeparator>(
      std::make_unique<StreamLiveSeparator>(std::move(stream.value())));
}

Result<std::unique_ptr<LiveSeparator>> LiveSeparator::create(const Model& model,
                                                             const LiveSeparatorOptions& options) {
  auto task = separation::compileSeparation(&model, {.live = true});
  if (!task.ok()) return task.status();
  return create(*task.value(), options);
}

}  // namespace divisi
