#include "separation/separation_stream.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "base/text.h"
#include "separation/residual.h"
#include "task/checked_stream.h"

namespace divisi::separation {
namespace {

using task::kBlockFrames;

/// The given levels from chunk `first` on.
/// @param kind of which `groupCount` rows make a chunk's.
Result<std::vector<float>> levelsFrom(size_t first, LevelKind kind, size_t groupCount,
                                      const SeparationStreamOptions& options) {
  const std::vector<double>& given = options.levels;
  const size_t width = kind.numbers() * groupCount;
  if (given.size() % width != 0 || given.size() <= first * width) {
    return Status(StatusCode::kBadOption,
                  "levels must hold " + std::to_string(width) + " for each chunk from 0 to " +
                      std::to_string(options.firstChunk) + " at least, got " +
                      std::to_string(given.size()) + " in all");
  }
  constexpr double kMost = std::numeric_limits<float>::max();
  for (size_t i = 0; i < given.size(); ++i) {
    const bool isMean = kind.mean && i % kind.numbers() == 0;
    // False for NaN, too.
    if (given[i] >= (isMean ? -kMost : 0) && given[i] <= kMost) continue;
    const std::string what = isMean ? "means of samples" : "RMS values from 0 up";
    return Status(StatusCode::kBadOption,
                  "levels must be " + what + ", got " + std::to_string(given[i]));
  }
  return std::vector<float>(given.begin() + static_cast<std::ptrdiff_t>(first * width),
                            given.end());
}

}  // namespace

SeparationStream::SeparationStream(const StreamFormat& format, std::unique_ptr<SeparationPlan> plan,
                                   StemSelection selection)
    : format_(format),
      plan_(std::move(plan)),
      selection_(std::move(selection)),
      ready_(selection_.stems.size()),
      pointers_(static_cast<size_t>(format.channelCount)) {
  for (const StemSelection::Stem& stem : selection_.stems) {
    outputs_.push_back({.name = stem.name,
                        .kind = OutputKind::kAudio,
                        .width = format.channelCount,
                        .rate = static_cast<double>(format.sampleRate)});
  }
}

Result<std::unique_ptr<SeparationStream>> SeparationStream::create(
    const SeparationMethod& method, const StreamFormat& format,
    const SeparationStreamOptions& options) {
  auto plan = method.plan(options.choices);
  if (!plan.ok()) return plan.status();
  auto selection = selectStems(method, *plan.value(), options.stems);
  if (!selection.ok()) return selection.status();
  // Far beyond any song, and far from where positions would no longer fit.
  constexpr size_t kMaxChunk = size_t{1} << 24;
  if (options.firstChunk > kMaxChunk) {
    return Status(StatusCode::kBadOption, "firstChunk must be at most " +
                                              std::to_string(kMaxChunk) + ", got " +
                                              std::to_string(options.firstChunk));
  }
  std::unique_ptr<SeparationStream> stream(
      new SeparationStream(format, std::move(plan.value()), std::move(selection.value())));
  Status status = stream->allocate(method, options);
  if (!status.ok()) return status;
  return stream;
}

Status SeparationStream::allocate(const SeparationMethod& method,
                                  const SeparationStreamOptions& options) {
  const int modelRate = method.sampleRate();
  const auto [inputRate, channelCount] = format_;
  auto toModelRate = audio::Resampler::create(channelCount, inputRate, modelRate);
  if (!toModelRate.ok()) return toModelRate.status();
  toModelRate_ = std::move(toModelRate.value());
  auto toInputRate =
      StemResampling::create(selection_.rendered.size(), channelCount, modelRate, inputRate);
  if (!toInputRate.ok()) return toInputRate.status();
  toInputRate_ = std::move(toInputRate.value());

  timeline_ = plan_->timeline(toModelRate_->timing(), toInputRate_->timing());
  start_ = timeline_->startAt(options.firstChunk);
  taken_ = start_.inputFrame;
  const audio::ResamplerTiming& timing = toModelRate_->timing();
  modelSurplus_ = start_.modelFrame - start_.inputFrame / timing.in * timing.out;
  if (selection_.hasRemainder || plan_->sharesResidual()) {
    remainder_.emplace(start_.outputFrame - std::min(start_.outputFrame, start_.inputFrame));
  }
  chunkFrames_ =
      static_cast<size_t>(audio::resampledLength(plan_->chunkFrames(), modelRate, inputRate));
  const auto block =
      static_cast<size_t>(audio::resampledLength(kBlockFrames, inputRate, modelRate));
  if (!modelInput_.reserve(channelCount, 2 * block + kBlockFrames)) return outOfMemory("audio");
  if (Status status = toInputRate_->start(start_); !status.ok()) return status;
  return createGroups(method, options);
}

Status SeparationStream::createGroups(const SeparationMethod& method,
                                      const SeparationStreamOptions& options) {
  const std::vector<audio::ChannelGroup> channelGroups = method.groups(format_.channelCount);
  const LevelKind kind = plan_->levelKind();
  if (kind.numbers() > 0 && (!options.levels.empty() || start_.firstChunk > 0)) {
    auto levels = levelsFrom(start_.firstChunk, kind, channelGroups.size(), options);
    if (!levels.ok()) return levels.status();
    levels_ = std::move(levels.value());
  } else if (kind.numbers() > 0) {
    measured_.emplace(channelGroups, format_.sampleRate, kind, timeline_);
  }
  for (const audio::ChannelGroup& channels : channelGroups) {
    auto pipeline = plan_->pipeline(start_, channels.channelCount, selection_.rendered);
    if (!pipeline.ok()) return pipeline.status();
    groups_.push_back({channels, std::move(pipeline.value())});
  }
  passLevels();
  return {};
}

StreamTiming SeparationStream::timing() const {
  const bool live = plan_->live();
  return {.latency = live ? timeline_->steadyLatency() : timeline_->firstLatency(),
          .runInterval = timeline_->inputHop(),
          .reach = timeline_->reach()};
}

Status SeparationStream::reserveQueues() {
  if (hasQueues_) return {};
  hasQueues_ = true;
  // The input waits for as long as the stream is late.
  const auto latency = static_cast<size_t>(timeline_->firstLatency());
  bool ok = !remainder_ || remainder_->reserve(format_.channelCount, latency);
  ok = ok && (!plan_->sharesResidual() || residual_.reserve(format_.channelCount, kBlockFrames));
  // The last chunk may be new from its first frame to its last.
  for (audio::SampleQueue& ready : ready_) {
    ok = ok && ready.reserve(format_.channelCount, chunkFrames_ + kBlockFrames);
  }
  return ok ? Status() : outOfMemory("audio");
}

Status SeparationStream::push(const AudioView& audio) {
  if (Status status = reserveQueues(); !status.ok()) return status;
  if (measured_) {
    measured_->push(audio, levels_);
    passLevels();
  }
  if (remainder_ && !remainder_->push(audio)) return outOfMemory("audio");
  taken_ += audio.frameCount;
  Status status = toModelRate_->push(audio.channels, 0, audio.frameCount, modelInput_);
  if (status.ok()) status = feedGroups();
  if (status.ok()) status = collectStems();
  return status;
}

Status SeparationStream::skip(const AudioView& audio) {
  if (!plan_->live()) return TaskStream::skip(audio);
  for (Group& group : groups_) group.pipeline->bypassNetworks(true);
  Status status = push(audio);
  for (Group& group : groups_) group.pipeline->bypassNetworks(false);
  return status;
}

void SeparationStream::passLevels() {
  const size_t numbers = plan_->levelKind().numbers();
  for (size_t row = 0; row * numbers < levels_.size(); ++row) {
    groups_[row % groups_.size()].pipeline->addLevel({&levels_[row * numbers], numbers});
  }
  levels_.clear();
}

Status SeparationStream::feedGroups() {
  const auto surplus = static_cast<size_t>(std::min<uint64_t>(modelSurplus_, modelInput_.frames()));
  modelInput_.drop(surplus);
  modelSurplus_ -= surplus;
  const size_t frames = modelInput_.frames();
  for (Group& group : groups_) {
    const float* channels[2];
    for (size_t c = 0; c < 2; ++c) channels[c] = modelInput_.channel(group.channels.channels[c]);
    if (Status status = group.pipeline->push(channels, frames); !status.ok()) return status;
  }
  modelInput_.drop(frames);
  return {};
}

Status SeparationStream::collectStems() {
  for (;;) {
    size_t frames = kBlockFrames;
    for (Group& group : groups_) frames = std::min(frames, group.pipeline->stem(0).frames());
    if (frames == 0) return {};
    for (size_t i = 0; i < selection_.rendered.size(); ++i) {
      for (Group& group : groups_) {
        for (int c = 0; c < group.channels.channelCount; ++c) {
          pointers_[static_cast<size_t>(group.channels.channels[static_cast<size_t>(c)])] =
              group.pipeline->stem(i).channel(c);
        }
      }
      Status status = toInputRate_->push(i, pointers_.data(), frames);
      if (!status.ok()) return status;
      for (Group& group : groups_) group.pipeline->stem(i).drop(frames);
    }
    if (Status status = emit(); !status.ok()) return status;
  }
}

Status SeparationStream::emit() {
  const size_t frames = toInputRate_->ready();
  if (frames == 0) return {};
  const size_t rendered = selection_.rendered.size();
  if (plan_->sharesResidual()) {
    residual_.truncate(0);
    if (!remainder_->take(*toInputRate_, rendered, frames, residual_)) return outOfMemory("audio");
    for (const Group& group : groups_) {
      divideByPower(*toInputRate_, rendered, group.channels, frames, residual_);
    }
  }
  for (size_t i = 0; i < ready_.size(); ++i) {
    const int stem = selection_.stems[i].rendered;
    if (stem < 0) {
      if (!remainder_->take(*toInputRate_, rendered, frames, ready_[i])) {
        return outOfMemory("audio");
      }
      continue;
    }
    if (!ready_[i].extend(frames)) return outOfMemory("audio");
    for (int c = 0; c < format_.channelCount; ++c) {
      float* out = ready_[i].tail(c, frames);
      std::memcpy(out, toInputRate_->channel(static_cast<size_t>(stem), c), frames * sizeof(float));
    }
    if (!plan_->sharesResidual()) continue;
    for (const Group& group : groups_) {
      addShare(*toInputRate_, static_cast<size_t>(stem), group.channels, frames, residual_,
               ready_[i]);
    }
  }
  toInputRate_->drop(frames);
  return {};
}

size_t SeparationStream::pull(size_t output, float* const* planes, size_t maxItems) {
  audio::SampleQueue& ready = ready_[output];
  const size_t frames = std::min(maxItems, ready.frames());
  if (frames == 0) return 0;
  for (int c = 0; c < format_.channelCount; ++c) {
    std::memcpy(planes[c], ready.channel(c), frames * sizeof(float));
  }
  ready.drop(frames);
  return frames;
}

Status SeparationStream::finish() {
  Status status = reserveQueues();
  if (!status.ok()) return status;
  if (measured_) {
    measured_->finish(timeline_->chunkCount(taken_), levels_);
    passLevels();
  }
  // The resampler counts from where it started.
  const audio::ResamplerTiming& timing = toModelRate_->timing();
  const uint64_t before = start_.inputFrame / timing.in * timing.out;
  const uint64_t modelEnd =
      audio::resampledLength(taken_, static_cast<int>(timing.in), static_cast<int>(timing.out));
  status = toModelRate_->finish(modelEnd - before, modelInput_);
  if (status.ok()) status = feedGroups();
  if (status.ok()) status = collectStems();
  for (Group& group : groups_) {
    if (status.ok()) status = group.pipeline->completeColumns();
  }
  if (status.ok()) status = collectStems();
  for (Group& group : groups_) {
    if (status.ok()) status = group.pipeline->completeChunks();
  }
  if (status.ok()) status = collectStems();
  if (status.ok()) status = toInputRate_->finish(taken_);
  return status.ok() ? emit() : status;
}

}  // namespace divisi::separation
