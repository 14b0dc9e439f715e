#include "separation/separation_stream.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "base/text.h"
#include "task/checked_stream.h"

namespace divisi::separation {
namespace {

using task::kBlockFrames;

/// The given levels from chunk `first` on.
Result<std::vector<float>> levelsFrom(size_t first, size_t groupCount,
                                      const SeparationStreamOptions& options) {
  const std::vector<double>& given = options.levels;
  if (given.size() % groupCount != 0 || given.size() <= first * groupCount) {
    return Status(StatusCode::kBadOption,
                  "levels must hold " + std::to_string(groupCount) + " for each chunk from 0 to " +
                      std::to_string(options.firstChunk) + " at least, got " +
                      std::to_string(given.size()) + " in all");
  }
  for (const double level : given) {
    // False for NaN, too.
    if (level >= 0 && level <= std::numeric_limits<float>::max()) continue;
    return Status(StatusCode::kBadOption,
                  "levels must be RMS values from 0 up, got " + std::to_string(level));
  }
  return std::vector<float>(given.begin() + static_cast<std::ptrdiff_t>(first * groupCount),
                            given.end());
}

}  // namespace

SeparationStream::SeparationStream(const StreamFormat& format, const SeparationSettings& settings,
                                   StemSelection selection)
    : format_(format),
      settings_(settings),
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
    std::shared_ptr<StemNetworks> networks, const StreamFormat& format,
    const SeparationStreamOptions& options) {
  auto selection = selectStems(networks->document(), options.settings, options.stems);
  if (!selection.ok()) return selection.status();
  // Far beyond any song, and far from where positions would no longer fit.
  constexpr size_t kMaxChunk = size_t{1} << 24;
  if (options.firstChunk > kMaxChunk) {
    return Status(StatusCode::kBadOption, "firstChunk must be at most " +
                                              std::to_string(kMaxChunk) + ", got " +
                                              std::to_string(options.firstChunk));
  }
  std::unique_ptr<SeparationStream> stream(
      new SeparationStream(format, options.settings, std::move(selection.value())));
  Status status = stream->allocate(std::move(networks), options);
  if (!status.ok()) return status;
  return stream;
}

Status SeparationStream::allocate(std::shared_ptr<StemNetworks> networks,
                                  const SeparationStreamOptions& options) {
  const SeparationDocument& document = networks->document();
  const auto [inputRate, channelCount] = format_;
  auto toModelRate = audio::Resampler::create(channelCount, inputRate, document.sampleRate);
  if (!toModelRate.ok()) return toModelRate.status();
  toModelRate_ = std::move(toModelRate.value());
  auto toInputRate = StemResampling::create(selection_.rendered.size(), channelCount,
                                            document.sampleRate, inputRate);
  if (!toInputRate.ok()) return toInputRate.status();
  toInputRate_ = std::move(toInputRate.value());

  timeline_.emplace(document, settings_, toModelRate_->timing(), toInputRate_->timing());
  start_ = timeline_->startAt(options.firstChunk);
  taken_ = start_.inputFrame;
  const audio::ResamplerTiming& timing = toModelRate_->timing();
  modelSurplus_ = start_.modelFrame - start_.inputFrame / timing.in * timing.out;
  if (selection_.hasRemainder) {
    remainder_.emplace(start_.outputFrame - std::min(start_.outputFrame, start_.inputFrame));
  }
  chunkFrames_ = static_cast<size_t>(audio::resampledLength(
      static_cast<uint64_t>(settings_.chunking.columns) * static_cast<uint64_t>(document.hop),
      document.sampleRate, inputRate));
  const auto block =
      static_cast<size_t>(audio::resampledLength(kBlockFrames, inputRate, document.sampleRate));
  if (!modelInput_.reserve(channelCount, 2 * block + kBlockFrames)) return outOfMemory("audio");
  if (Status status = toInputRate_->start(start_); !status.ok()) return status;
  return createGroups(std::move(networks), options);
}

Status SeparationStream::createGroups(std::shared_ptr<StemNetworks> networks,
                                      const SeparationStreamOptions& options) {
  const std::vector<audio::ChannelGroup> channelGroups = audio::channelGroups(format_.channelCount);
  if (settings_.normalise && (!options.levels.empty() || start_.firstChunk > 0)) {
    auto levels = levelsFrom(start_.firstChunk, channelGroups.size(), options);
    if (!levels.ok()) return levels.status();
    levels_ = std::move(levels.value());
  } else if (settings_.normalise) {
    measured_.emplace(channelGroups, format_.sampleRate,
                      [timeline = *timeline_](size_t chunk) { return timeline.inputEnd(chunk); });
  }
  const SeparationDocument& document = networks->document();
  auto estimator = makeEstimator(std::move(networks), settings_);
  if (!estimator.ok()) return estimator.status();
  estimator_ = std::move(estimator.value());
  for (const audio::ChannelGroup& channels : channelGroups) {
    auto pipeline = ChunkPipeline::create(document, settings_, start_, channels.channelCount,
                                          selection_.rendered, *estimator_);
    if (!pipeline.ok()) return pipeline.status();
    groups_.push_back({channels, std::move(pipeline.value())});
  }
  passLevels();
  return {};
}

StreamTiming SeparationStream::timing() const {
  const bool live = settings_.chunking.live();
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
  if (!settings_.chunking.live()) return TaskStream::skip(audio);
  for (Group& group : groups_) group.pipeline->bypassNetworks(true);
  Status status = push(audio);
  for (Group& group : groups_) group.pipeline->bypassNetworks(false);
  return status;
}

void SeparationStream::passLevels() {
  for (size_t i = 0; i < levels_.size(); ++i) {
    groups_[i % groups_.size()].pipeline->addLevel(levels_[i]);
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
  for (size_t i = 0; i < ready_.size(); ++i) {
    const int rendered = selection_.stems[i].rendered;
    if (rendered < 0) continue;
    if (!ready_[i].extend(frames)) return outOfMemory("audio");
    for (int c = 0; c < format_.channelCount; ++c) {
      std::memcpy(ready_[i].tail(c, frames),
                  toInputRate_->channel(static_cast<size_t>(rendered), c), frames * sizeof(float));
    }
  }
  for (size_t i = 0; i < ready_.size(); ++i) {
    if (selection_.stems[i].rendered >= 0) continue;
    const size_t stems = selection_.rendered.size();
    if (!remainder_->take(*toInputRate_, stems, frames, ready_[i])) return outOfMemory("audio");
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
