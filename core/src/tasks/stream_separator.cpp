#include "tasks/stream_separator.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "nn/text.h"
#include "tasks/audio_check.h"

namespace divisi::tasks {
namespace {

// How much is moved at a time between the stages; keeps the buffers between them small.
constexpr size_t kBlockFrames = 4096;

Status outOfMemory() { return {StatusCode::kOutOfMemory, "no memory for audio"}; }

}  // namespace

StreamSeparator::StreamSeparator(SeparationTask task, const SeparationPlan& plan,
                                 const SeparatorOptions& options)
    : task_(std::move(task)), plan_(plan), options_(options) {}

Result<std::unique_ptr<Separator>> StreamSeparator::create(const Model& model, SeparationTask task,
                                                           const SeparationPlan& plan,
                                                           const SeparatorOptions& options) {
  Status format = checkFormat(options.sampleRate, options.channelCount);
  if (!format.ok()) return format;
  std::unique_ptr<StreamSeparator> separator(new StreamSeparator(std::move(task), plan, options));
  if (Status status = separator->chooseStems(); !status.ok()) return status;
  if (Status status = separator->allocate(model); !status.ok()) return status;
  return std::unique_ptr<Separator>(std::move(separator));
}

Status StreamSeparator::chooseStems() {
  stemNames_ = options_.stems.empty() ? task_.stems : options_.stems;
  std::vector<size_t> wanted;
  for (const std::string& name : stemNames_) {
    const auto found = std::find(task_.stems.begin(), task_.stems.end(), name);
    if (found == task_.stems.end()) {
      std::string known;
      for (const std::string& stem : task_.stems) known += (known.empty() ? "" : ", ") + stem;
      return {StatusCode::kBadOption,
              "stem " + nn::quote(name) + " is not one of the model's: " + known};
    }
    if (std::count(stemNames_.begin(), stemNames_.end(), name) > 1) {
      return {StatusCode::kBadOption, "stem " + nn::quote(name) + " is asked for twice"};
    }
    wanted.push_back(static_cast<size_t>(found - task_.stems.begin()));
  }
  const auto isRemainder = [&](size_t stem) {
    return plan_.useRemainder && stem == task_.remainder;
  };
  hasRemainder_ = std::any_of(wanted.begin(), wanted.end(), isRemainder);
  for (size_t stem = 0; stem < task_.stems.size(); ++stem) {
    const bool asked = std::find(wanted.begin(), wanted.end(), stem) != wanted.end();
    if (!isRemainder(stem) && (asked || hasRemainder_)) renderedStems_.push_back(stem);
  }
  outputs_.resize(wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (isRemainder(wanted[i])) continue;
    const auto found = std::find(renderedStems_.begin(), renderedStems_.end(), wanted[i]);
    outputs_[i].rendered = static_cast<int>(found - renderedStems_.begin());
  }
  return {};
}

Status StreamSeparator::allocate(const Model& model) {
  auto networks = StemNetworks::create(model, task_, plan_);
  if (!networks.ok()) return networks.status();
  networks_ = std::move(networks.value());

  const int channels = options_.channelCount;
  auto toModelRate = audio::Resampler::create(channels, options_.sampleRate, task_.sampleRate);
  if (!toModelRate.ok()) return toModelRate.status();
  toModelRate_ = std::move(toModelRate.value());

  for (const audio::ChannelGroup& channelGroup : audio::channelGroups(channels)) {
    auto group =
        GroupSeparator::create(task_, plan_, channelGroup.channelCount, renderedStems_, *networks_);
    if (!group.ok()) return group.status();
    groups_.push_back({channelGroup, std::move(group.value())});
  }
  const size_t blockAtModelRate = static_cast<size_t>(
      audio::resampledLength(kBlockFrames, options_.sampleRate, task_.sampleRate));
  const size_t blockAtInputRate = static_cast<size_t>(
      audio::resampledLength(kBlockFrames, task_.sampleRate, options_.sampleRate));
  bool ok = modelInput_.reserve(channels, 2 * blockAtModelRate + kBlockFrames);
  rendered_.resize(renderedStems_.size());
  for (Rendered& rendered : rendered_) {
    auto toInputRate = audio::Resampler::create(channels, task_.sampleRate, options_.sampleRate);
    if (!toInputRate.ok()) return toInputRate.status();
    rendered.toInputRate = std::move(toInputRate.value());
    ok = ok && rendered.ready.reserve(channels, 2 * blockAtInputRate + kBlockFrames);
  }
  if (hasRemainder_) {
    // What waits is at most the stream's delay, the hop until the next chunk and a block. The extra
    // quarter spares the queue from moving its content with every block.
    const uint64_t longest =
        latency() + audio::resampledLength(
                        static_cast<uint64_t>(plan_.chunks.hop) * static_cast<uint64_t>(task_.hop),
                        task_.sampleRate, options_.sampleRate);
    ok =
        ok && delayed_.reserve(channels, static_cast<size_t>(longest + longest / 4) + kBlockFrames);
  }
  for (Output& output : outputs_) ok = ok && output.ready.reserve(channels, kBlockFrames);
  pointers_.resize(static_cast<size_t>(channels));
  return ok ? Status() : outOfMemory();
}

size_t StreamSeparator::latency() const {
  const uint64_t stemFrames = rendered_.front().toInputRate->inputNeeded(1);
  const uint64_t modelFrames = GroupSeparator::inputNeeded(task_, plan_, stemFrames);
  return static_cast<size_t>(toModelRate_->inputNeeded(modelFrames));
}

Status StreamSeparator::push(const AudioView& audio) {
  if (!fault_.ok()) return fault_;
  if (finished_) return {StatusCode::kClosed, "push after finish"};
  if (Status status = checkAudio(audio, options_.channelCount, taken_); !status.ok()) return status;
  for (size_t offset = 0; offset < audio.frameCount; offset += kBlockFrames) {
    const size_t frames = std::min(kBlockFrames, audio.frameCount - offset);
    fault_ = pushBlock(audio.channels, offset, frames);
    if (!fault_.ok()) return fault_;
  }
  return {};
}

Status StreamSeparator::pushBlock(const float* const* channels, size_t offset, size_t frames) {
  taken_ += frames;
  if (hasRemainder_ && !delayed_.push(channels, offset, frames)) return outOfMemory();
  Status status = toModelRate_->push(channels, offset, frames, modelInput_);
  if (status.ok()) status = feedGroups();
  if (status.ok()) status = collectStems();
  return status;
}

Status StreamSeparator::feedGroups() {
  const size_t frames = modelInput_.frames();
  for (Group& group : groups_) {
    const float* channels[2];
    for (size_t c = 0; c < 2; ++c) channels[c] = modelInput_.channel(group.channels.channels[c]);
    if (Status status = group.separator->push(channels, 0, frames); !status.ok()) return status;
  }
  modelInput_.drop(frames);
  return {};
}

Status StreamSeparator::collectStems() {
  for (;;) {
    size_t frames = kBlockFrames;
    for (Group& group : groups_) frames = std::min(frames, group.separator->stem(0).frames());
    if (frames == 0) return {};
    for (size_t i = 0; i < rendered_.size(); ++i) {
      for (Group& group : groups_) {
        for (int c = 0; c < group.channels.channelCount; ++c) {
          pointers_[static_cast<size_t>(group.channels.channels[static_cast<size_t>(c)])] =
              group.separator->stem(i).channel(c);
        }
      }
      Rendered& rendered = rendered_[i];
      Status status = rendered.toInputRate->push(pointers_.data(), 0, frames, rendered.ready);
      if (!status.ok()) return status;
      for (Group& group : groups_) group.separator->stem(i).drop(frames);
    }
    if (Status status = emit(rendered_.front().ready.frames()); !status.ok()) return status;
  }
}

Status StreamSeparator::emit(size_t frames) {
  for (Output& output : outputs_) {
    if (!output.ready.extend(frames)) return outOfMemory();
    for (int c = 0; c < options_.channelCount; ++c) {
      float* out = output.ready.tail(c, frames);
      if (output.rendered >= 0) {
        std::memcpy(out, rendered_[static_cast<size_t>(output.rendered)].ready.channel(c),
                    frames * sizeof(float));
        continue;
      }
      std::memcpy(out, delayed_.channel(c), frames * sizeof(float));
      for (const Rendered& rendered : rendered_) {
        const float* stem = rendered.ready.channel(c);
        for (size_t n = 0; n < frames; ++n) out[n] -= stem[n];
      }
    }
  }
  if (hasRemainder_) delayed_.drop(frames);
  for (Rendered& rendered : rendered_) rendered.ready.drop(frames);
  emitted_ += frames;
  return {};
}

size_t StreamSeparator::available() const { return outputs_.front().ready.frames(); }

size_t StreamSeparator::pull(float* const* const* out, size_t maxFrames) {
  const size_t frames = std::min(maxFrames, available());
  if (frames == 0) return 0;
  for (size_t i = 0; i < outputs_.size(); ++i) {
    for (int c = 0; c < options_.channelCount; ++c) {
      std::memcpy(out[i][c], outputs_[i].ready.channel(c), frames * sizeof(float));
    }
    outputs_[i].ready.drop(frames);
  }
  return frames;
}

Status StreamSeparator::finish() {
  if (!fault_.ok()) return fault_;
  if (finished_) return {StatusCode::kClosed, "finish was called twice"};
  finished_ = true;
  fault_ = toModelRate_->finish(
      audio::resampledLength(taken_, options_.sampleRate, task_.sampleRate), modelInput_);
  if (fault_.ok()) fault_ = feedGroups();
  if (fault_.ok()) fault_ = collectStems();
  for (Group& group : groups_) {
    if (fault_.ok()) fault_ = group.separator->completeFrames();
  }
  if (fault_.ok()) fault_ = collectStems();
  for (Group& group : groups_) {
    if (fault_.ok()) fault_ = group.separator->completeChunks();
  }
  if (fault_.ok()) fault_ = collectStems();
  for (Rendered& rendered : rendered_) {
    if (fault_.ok()) fault_ = rendered.toInputRate->finish(taken_, rendered.ready);
  }
  if (fault_.ok()) fault_ = emit(static_cast<size_t>(taken_ - emitted_));
  return fault_;
}

}  // namespace divisi::tasks

namespace divisi {

Result<std::unique_ptr<Separator>> Separator::create(const Model& model,
                                                     const SeparatorOptions& options) {
  auto task = tasks::parseSeparationTask(model.taskJson());
  if (!task.ok()) return task.status();
  const tasks::SeparationPlan plan = tasks::planFor(task.value(), options.mode, options.quality);
  return tasks::StreamSeparator::create(model, std::move(task.value()), plan, options);
}

}  // namespace divisi
