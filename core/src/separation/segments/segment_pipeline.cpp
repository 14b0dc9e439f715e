#include "separation/segments/segment_pipeline.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/integers.h"
#include "base/text.h"
#include "task/checked_stream.h"

namespace divisi::separation {
namespace {

// -300 dB of full scale, below any recording: keeps gains finite for input that is all but zero.
constexpr double kLowestScale = 1e-15;

}  // namespace

SegmentPipeline::SegmentPipeline(const SegmentSettings& settings, const RunStart& start,
                                 int channelCount, std::vector<size_t> stems,
                                 std::shared_ptr<SegmentEstimator> estimator)
    : settings_(settings),
      channelCount_(channelCount),
      stems_(std::move(stems)),
      estimator_(std::move(estimator)),
      joins_(settings.segments, start.firstChunk, static_cast<int64_t>(start.stemModelFrame),
             channelCount, stems_.size()),
      samplesBegin_(static_cast<int64_t>(start.modelFrame)),
      taken_(samplesBegin_),
      nextSegment_(start.firstChunk) {}

bool SegmentPipeline::allocate() {
  const Segmenting& segments = settings_.segments;
  // The extra quarter spares the queue from moving its content with every block.
  const int64_t kept = segments.heard() + segments.history();
  return joins_.allocate() &&
         samples_.reserve(channelCount_, size(kept + kept / 4) + task::kBlockFrames);
}

Status SegmentPipeline::push(const float* const* channels, size_t frames) {
  if (!allocated_ && !allocate()) return outOfMemory("a segment of audio");
  allocated_ = true;
  const Segmenting& segments = settings_.segments;
  for (size_t offset = 0; offset < frames;) {
    // No further than the segment's end at once, so that the queue stays as it was reserved.
    const int64_t begin = segments.begin(nextSegment_);
    const int64_t due = begin + segments.frames + segments.margin;
    const size_t missing = size(std::max<int64_t>(due - taken_, 0));
    const size_t count = std::min(missing, frames - offset);
    if (!samples_.push(channels, offset, count)) return outOfMemory("a segment of audio");
    taken_ += static_cast<int64_t>(count);
    offset += count;
    if (taken_ < due) continue;
    if (Status status = runSegment(begin, segments.frames); !status.ok()) return status;
    dropUnneeded();
  }
  return {};
}

Status SegmentPipeline::completeChunks() {
  if (taken_ == 0) return {};
  const Segmenting& segments = settings_.segments;
  for (;;) {
    const int64_t begin = segments.begin(nextSegment_);
    if (begin >= taken_) break;
    const int64_t frames = std::min(segments.frames, taken_ - begin);
    const int64_t heardBegin = movedBegin(begin, segments.frames - frames);
    if (Status status = runSegment(heardBegin, frames); !status.ok()) return status;
  }
  return {};
}

int64_t SegmentPipeline::movedBegin(int64_t begin, int64_t missing) const {
  switch (settings_.segments.end) {
    case SongEnd::kZeros:
      return begin;
    case SongEnd::kCentred:
      return begin - missing / 2;
    case SongEnd::kMoved:
      break;
  }
  // Not to before the song: a shorter one has the silence behind it.
  return std::max(begin - missing, -settings_.segments.lead);
}

Status SegmentPipeline::runSegment(int64_t heardBegin, int64_t frames) {
  const Segmenting& segments = settings_.segments;
  const int64_t begin = segments.begin(nextSegment_);
  const int64_t firstHeard = heardBegin - segments.margin;
  const bool isSilent = !hear(firstHeard);
  Scaling scaling;
  if (Status status = scale(firstHeard, scaling); !status.ok()) return status;
  const bool runs = !isSilent || !settings_.skipsSilence;
  if (runs) {
    if (Status status = estimator_->estimate(); !status.ok()) return status;
  }
  joins_.weigh(size(frames));
  for (size_t i = 0; runs && i < stems_.size(); ++i) {
    estimator_->render(stems_[i]);
    joinStem(i, begin - firstHeard, frames, scaling);
  }
  ++nextSegment_;
  // To the next segment, or to the song's end, which cuts this one or leaves none to come.
  const int64_t end = std::min(segments.begin(nextSegment_), begin + frames);
  return joins_.give(end) ? Status() : outOfMemory("a segment of audio");
}

bool SegmentPipeline::hear(int64_t begin) {
  const int64_t heard = settings_.segments.heard();
  const int64_t from = std::clamp(samplesBegin_, begin, begin + heard);
  const int64_t to = std::clamp(taken_, from, begin + heard);
  bool isHeard = false;
  for (int c = 0; c < 2; ++c) {
    float* samples = estimator_->heard(static_cast<size_t>(c));
    const float* mix = samples_.channel(std::min(c, channelCount_ - 1)) + (from - samplesBegin_);
    std::fill(samples, samples + (from - begin), 0.0F);
    std::copy_n(mix, to - from, samples + (from - begin));
    std::fill(samples + (to - begin), samples + heard, 0.0F);
    isHeard = isHeard || std::any_of(mix, mix + (to - from), [](float x) { return x != 0; });
  }
  return isHeard;
}

Status SegmentPipeline::scale(int64_t begin, Scaling& scaling) {
  const Normalisation& normalisation = settings_.normalisation;
  if (!normalisation.usesMean() && normalisation.scale == LevelKind::Scale::kNone) return {};
  const int64_t heard = settings_.segments.heard();
  // What lies outside of the song stays silent.
  const size_t from = size(std::clamp<int64_t>(-begin, 0, heard));
  const size_t to = size(std::clamp<int64_t>(taken_ - begin, 0, heard));
  std::span<float> channels[2];
  for (size_t c = 0; c < 2; ++c) {
    channels[c] = {estimator_->heard(c) + from, std::max(to, from) - from};
  }
  if (normalisation.overSong) {
    const LevelKind kind{.mean = normalisation.usesMean(), .scale = normalisation.scale};
    if (levels_.size() < kind.numbers()) {
      return {StatusCode::kBadOption, "levels end before chunk " + std::to_string(nextSegment_)};
    }
    scaling = takeLevel();
  } else {
    scaling = measure(channels[0], channels[1]);
  }
  const auto mean = static_cast<float>(scaling.mean);
  const auto gain = static_cast<float>(scaling.gain);
  for (const std::span<float> samples : channels) {
    for (float& sample : samples) sample = (sample - mean) * gain;
  }
  return {};
}

SegmentPipeline::Scaling SegmentPipeline::takeLevel() {
  const auto next = [&] {
    const double number = levels_.front();
    levels_.pop_front();
    return number;
  };
  const double mean = settings_.normalisation.usesMean() ? next() : 0;
  const bool hasScale = settings_.normalisation.scale != LevelKind::Scale::kNone;
  return scalingOf(mean, hasScale ? next() : 1);
}

SegmentPipeline::Scaling SegmentPipeline::measure(std::span<const float> left,
                                                  std::span<const float> right) const {
  double sum = 0;
  double squares = 0;
  double peak = 0;
  for (size_t n = 0; n < left.size(); ++n) {
    const double mono = 0.5 * (static_cast<double>(left[n]) + right[n]);
    sum += mono;
    squares += mono * mono;
    peak = std::max<double>(peak, std::max(std::abs(left[n]), std::abs(right[n])));
  }
  const double frames = std::max<double>(static_cast<double>(left.size()), 1);
  const double mean = sum / frames;
  const double deviation = std::sqrt(std::max(squares / frames - mean * mean, 0.0));
  const bool isPeak = settings_.normalisation.scale == LevelKind::Scale::kPeak;
  return scalingOf(settings_.normalisation.usesMean() ? mean : 0, isPeak ? peak : deviation);
}

SegmentPipeline::Scaling SegmentPipeline::scalingOf(double mean, double scale) const {
  const Normalisation& normalisation = settings_.normalisation;
  if (normalisation.scale == LevelKind::Scale::kNone) return {.mean = mean};
  const double divisor = std::max(scale + normalisation.epsilon, kLowestScale);
  return {.mean = mean, .gain = normalisation.target / divisor};
}

void SegmentPipeline::joinStem(size_t i, int64_t offset, int64_t frames, const Scaling& scaling) {
  const bool restores = settings_.normalisation.mean == MeanUse::kRestored;
  const Unscaling unscaling{.factor = static_cast<float>(1 / scaling.gain),
                            .offset = restores ? static_cast<float>(scaling.mean) : 0};
  const float* channels[] = {estimator_->rendered(0) + offset, estimator_->rendered(1) + offset};
  if (channelCount_ == 1 && estimator_->document().channels == 2) {
    estimator_->mixRendered();
  }
  joins_.add(i, channels, size(frames), unscaling);
}

void SegmentPipeline::dropUnneeded() {
  const Segmenting& segments = settings_.segments;
  const int64_t needed = segments.begin(nextSegment_) - segments.margin - segments.history();
  const int64_t unneeded = std::clamp<int64_t>(needed - samplesBegin_, 0, taken_ - samplesBegin_);
  samples_.drop(size(unneeded));
  samplesBegin_ += unneeded;
}

}  // namespace divisi::separation
