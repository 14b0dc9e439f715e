#include "separation/separation_stream.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "audio/audio_check.h"
#include "base/text.h"

namespace divisi::tasks {
namespace {

// How much is moved at a time between the stages; keeps the buffers between them small.
constexpr size_t kBlockFrames = 4096;

Status outOfMemory() { return {StatusCode::kOutOfMemory, "no memory for audio"}; }

Status pushSilence(audio::Resampler& resampler, uint64_t frames, audio::SampleQueue& out) {
  const std::vector<float> silence(static_cast<size_t>(std::min<uint64_t>(frames, kBlockFrames)));
  const std::vector<const float*> channels(static_cast<size_t>(out.channelCount()), silence.data());
  while (frames > 0) {
    const auto block = static_cast<size_t>(std::min<uint64_t>(frames, kBlockFrames));
    Status status = resampler.push(channels.data(), 0, block, out);
    if (!status.ok()) return status;
    frames -= block;
  }
  return {};
}

}  // namespace

StreamSeparator::StreamSeparator(SeparationTask task, const SeparationPlan& plan,
                                 const SeparatorOptions& options)
    : task_(std::move(task)), plan_(plan), options_(options) {}

Result<std::unique_ptr<StreamSeparator>> StreamSeparator::create(
    std::shared_ptr<StemNetworks> networks, const SeparationPlan& plan,
    const SeparatorOptions& options) {
  Status format = audio::checkFormat({options.sampleRate, options.channelCount});
  if (!format.ok()) return format;
  std::unique_ptr<StreamSeparator> separator(new StreamSeparator(networks->task(), plan, options));
  if (Status status = separator->chooseStems(); !status.ok()) return status;
  if (Status status = separator->allocate(std::move(networks)); !status.ok()) return status;
  return separator;
}

void StreamSeparator::bypassNetworks(bool bypassed) {
  for (Group& group : groups_) group.separator->bypassNetworks(bypassed);
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

Status StreamSeparator::createResamplers() {
  const int channels = options_.channelCount;
  auto toModelRate = audio::Resampler::create(channels, options_.sampleRate, task_.sampleRate);
  if (!toModelRate.ok()) return toModelRate.status();
  toModelRate_ = std::move(toModelRate.value());
  rendered_.resize(renderedStems_.size());
  for (Rendered& rendered : rendered_) {
    auto toInputRate = audio::Resampler::create(channels, task_.sampleRate, options_.sampleRate);
    if (!toInputRate.ok()) return toInputRate.status();
    rendered.toInputRate = std::move(toInputRate.value());
  }
  return {};
}

Status StreamSeparator::start() {
  layout_.emplace(task_, plan_, toModelRate_->timing(), rendered_.front().toInputRate->timing());
  // Far beyond any song, and far from where positions would no longer fit.
  constexpr size_t kMaxChunk = size_t{1} << 24;
  if (options_.firstChunk > kMaxChunk) {
    return {StatusCode::kBadOption, "firstChunk must be at most " + std::to_string(kMaxChunk) +
                                        ", got " + std::to_string(options_.firstChunk)};
  }
  start_ = layout_->startAt(options_.firstChunk);
  taken_ = start_.inputFrame;
  const audio::ResamplerTiming& timing = toModelRate_->timing();
  modelSurplus_ = start_.modelSample - start_.inputFrame / timing.in * timing.out;
  stemSurplus_ = start_.outputFrame - start_.alignedFrame;
  return {};
}

Status StreamSeparator::takeGivenLevels(size_t groupCount) {
  const std::vector<double>& given = options_.levels;
  const size_t first = start_.chunk * groupCount;
  if (given.size() % groupCount != 0 || given.size() <= first) {
    return {StatusCode::kBadOption, "levels must hold " + std::to_string(groupCount) +
                                        " for each chunk from 0 to " +
                                        std::to_string(options_.firstChunk) + " at least, got " +
                                        std::to_string(given.size()) + " in all"};
  }
  for (const double level : given) {
    // False for NaN, too.
    if (level >= 0 && level <= std::numeric_limits<float>::max()) continue;
    return {StatusCode::kBadOption,
            "levels must be RMS values from 0 up, got " + std::to_string(level)};
  }
  levels_.assign(given.begin() + static_cast<std::ptrdiff_t>(first), given.end());
  return {};
}

Status StreamSeparator::allocate(std::shared_ptr<StemNetworks> networks) {
  if (Status status = createResamplers(); !status.ok()) return status;
  if (Status status = start(); !status.ok()) return status;
  const int channels = options_.channelCount;
  const std::vector<audio::ChannelGroup> channelGroups = audio::channelGroups(channels);
  if (plan_.normalise && (!options_.levels.empty() || start_.chunk > 0)) {
    if (Status status = takeGivenLevels(channelGroups.size()); !status.ok()) return status;
  } else if (plan_.normalise) {
    track_.emplace(channelGroups, options_.sampleRate,
                   [layout = *layout_](size_t chunk) { return layout.inputEnd(chunk); });
  }

  auto stemMasks = StemMasks::create(std::move(networks), plan_);
  if (!stemMasks.ok()) return stemMasks.status();
  stemMasks_ = std::move(stemMasks.value());
  for (const audio::ChannelGroup& channelGroup : channelGroups) {
    auto group = GroupSeparator::create(task_, plan_, start_, channelGroup.channelCount,
                                        renderedStems_, *stemMasks_);
    if (!group.ok()) return group.status();
    groups_.push_back({channelGroup, std::move(group.value())});
  }
  tellLevels();

  const size_t blockAtModelRate = static_cast<size_t>(
      audio::resampledLength(kBlockFrames, options_.sampleRate, task_.sampleRate));
  const size_t blockAtInputRate = static_cast<size_t>(
      audio::resampledLength(kBlockFrames, task_.sampleRate, options_.sampleRate));
  bool ok = modelInput_.reserve(channels, 2 * blockAtModelRate + kBlockFrames);
  for (Rendered& rendered : rendered_) {
    ok = ok && rendered.ready.reserve(channels, 2 * blockAtInputRate + kBlockFrames);
    if (!ok) return outOfMemory();
    // Silence takes the place of what lies before the first sample: the resampler has to start at a
    // multiple of its period.
    Status status =
        pushSilence(*rendered.toInputRate, start_.stemSample - start_.alignedStem, rendered.ready);
    if (!status.ok()) return status;
  }
  pointers_.resize(static_cast<size_t>(channels));
  return ok ? Status() : outOfMemory();
}

bool StreamSeparator::reserveQueues() {
  // The input waits for as long as the stream is late. The extra sixteenth spares the queue from
  // moving its content with every block.
  const size_t longest = latency();
  if (hasRemainder_ &&
      !delayed_.reserve(options_.channelCount, longest + longest / 16 + kBlockFrames)) {
    return false;
  }
  // The last chunk may be new from its first frame to its last.
  const auto chunk = static_cast<size_t>(audio::resampledLength(
      static_cast<uint64_t>(plan_.chunks.frames) * static_cast<uint64_t>(task_.hop),
      task_.sampleRate, options_.sampleRate));
  return std::ranges::all_of(outputs_, [&](Output& output) {
    return output.ready.reserve(options_.channelCount, chunk + kBlockFrames);
  });
}

size_t StreamSeparator::latency() const {
  // Of a run from the song's start: the first chunk's. (With very short chunks the resampler may
  // swallow the samples of more than one.)
  size_t chunk = 0;
  while (layout_->outputBegin(chunk + 1) == 0) ++chunk;
  return static_cast<size_t>(layout_->inputEnd(chunk));
}

Status StreamSeparator::push(const AudioView& audio) {
  if (!fault_.ok()) return fault_;
  if (finished_) return {StatusCode::kClosed, "push after finish"};
  if (Status status = audio::checkAudio(audio, options_.channelCount, taken_); !status.ok())
    return status;
  if (!hasQueues_) {
    if (!reserveQueues()) return fault_ = outOfMemory();
    hasQueues_ = true;
  }
  for (size_t offset = 0; offset < audio.frameCount; offset += kBlockFrames) {
    const size_t frames = std::min(kBlockFrames, audio.frameCount - offset);
    fault_ = pushBlock(audio.channels, offset, frames);
    if (!fault_.ok()) return fault_;
  }
  return {};
}

Status StreamSeparator::pushBlock(const float* const* channels, size_t offset, size_t frames) {
  if (track_) {
    track_->push(channels, offset, frames, levels_);
    tellLevels();
  }
  if (hasRemainder_) {
    const uint64_t early = start_.outputFrame - std::min(start_.outputFrame, taken_);
    const auto skipped = static_cast<size_t>(std::min<uint64_t>(early, frames));
    if (!delayed_.push(channels, offset + skipped, frames - skipped)) return outOfMemory();
  }
  taken_ += frames;
  Status status = toModelRate_->push(channels, offset, frames, modelInput_);
  if (status.ok()) status = feedGroups();
  if (status.ok()) status = collectStems();
  return status;
}

void StreamSeparator::tellLevels() {
  for (size_t i = 0; i < levels_.size(); ++i)
    groups_[i % groups_.size()].separator->hear(levels_[i]);
  levels_.clear();
}

Status StreamSeparator::feedGroups() {
  if (modelSurplus_ > 0) {
    const auto surplus =
        static_cast<size_t>(std::min<uint64_t>(modelSurplus_, modelInput_.frames()));
    modelInput_.drop(surplus);
    modelSurplus_ -= surplus;
  }
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
    dropSurplus();
    if (Status status = emit(rendered_.front().ready.frames()); !status.ok()) return status;
  }
}

void StreamSeparator::dropSurplus() {
  const auto surplus =
      static_cast<size_t>(std::min<uint64_t>(stemSurplus_, rendered_.front().ready.frames()));
  if (surplus == 0) return;
  for (Rendered& rendered : rendered_) rendered.ready.drop(surplus);
  stemSurplus_ -= surplus;
}

Status StreamSeparator::emit(size_t frames) {
  if (frames == 0) return {};
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
  if (track_) {
    track_->finish(layout_->chunkCount(taken_), levels_);
    tellLevels();
  }
  // The resamplers count from where they started.
  const audio::ResamplerTiming& timing = toModelRate_->timing();
  fault_ =
      toModelRate_->finish(audio::resampledLength(taken_, options_.sampleRate, task_.sampleRate) -
                               start_.inputFrame / timing.in * timing.out,
                           modelInput_);
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
    if (!fault_.ok()) return fault_;
    const uint64_t frames = taken_ - std::min(taken_, start_.alignedFrame);
    fault_ = rendered.toInputRate->finish(frames, rendered.ready);
  }
  if (!fault_.ok()) return fault_;
  dropSurplus();
  fault_ = emit(rendered_.front().ready.frames());
  return fault_;
}

}  // namespace divisi::tasks

namespace divisi {

Result<std::unique_ptr<Separator>> Separator::create(const Model& model,
                                                     const SeparatorOptions& options) {
  auto networks = SeparatorNetworks::compile(model);
  if (!networks.ok()) return networks.status();
  return create(std::move(networks.value()), options);
}

Result<std::unique_ptr<Separator>> Separator::create(std::shared_ptr<SeparatorNetworks> networks,
                                                     const SeparatorOptions& options) {
  // compile() makes no others.
  auto stemNetworks = std::static_pointer_cast<tasks::StemNetworks>(std::move(networks));
  const tasks::SeparationPlan plan =
      tasks::planFor(stemNetworks->task(), options.mode, options.quality);
  auto separator = tasks::StreamSeparator::create(std::move(stemNetworks), plan, options);
  if (!separator.ok()) return separator.status();
  return std::unique_ptr<Separator>(std::move(separator.value()));
}

}  // namespace divisi
