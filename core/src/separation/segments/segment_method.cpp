#include "separation/segments/segment_method.h"

#include <cmath>
#include <cstdio>
#include <utility>

#include "base/text.h"
#include "separation/segments/segment_estimator.h"
#include "separation/segments/segment_pipeline.h"
#include "separation/segments/segment_timeline.h"

namespace divisi::separation {
namespace {

SegmentSettings settingsFor(const SegmentDocument& document, const SeparationChoices& choices) {
  SegmentSettings settings{.segments = document.segments, .normalisation = document.normalisation};
  if (choices.mode == SeparationMode::kReference) return settings;
  settings.skipsSilence = true;
  // Twice as many segments as the original: every frame is heard at two more places.
  settings.segments.hop = choices.quality == SeparationQuality::kHigh
                              ? (document.segments.hop + 1) / 2
                              : document.segments.defaultHop;
  // Whatever the level, the networks hear the same.
  settings.normalisation.epsilon = 0;
  if (document.rmsDb) {
    settings.normalisation.scale = LevelKind::Scale::kLevel;
    settings.normalisation.target = std::pow(10.0, *document.rmsDb / 20);
  }
  return settings;
}

class SegmentPlan final : public SeparationPlan {
 public:
  SegmentPlan(std::shared_ptr<SegmentEstimator> estimator, const SeparationChoices& choices)
      : estimator_(std::move(estimator)),
        isBest_(choices.mode == SeparationMode::kBest),
        settings_(settingsFor(estimator_->document(), choices)) {}

  [[nodiscard]] std::optional<size_t> remainder() const override {
    const SegmentDocument& document = estimator_->document();
    if (!document.remainder) return std::nullopt;
    const bool isNeeded = isBest_ || !document.gives(*document.remainder);
    return isNeeded ? document.remainder : std::nullopt;
  }
  [[nodiscard]] bool sharesResidual() const override {
    return isBest_ && estimator_->document().sharesResidual;
  }
  [[nodiscard]] LevelKind levelKind() const override {
    const Normalisation& normalisation = settings_.normalisation;
    if (!normalisation.overSong) return {};
    return {.mean = normalisation.usesMean(), .scale = normalisation.scale};
  }
  [[nodiscard]] uint64_t chunkFrames() const override {
    return static_cast<uint64_t>(settings_.segments.frames);
  }
  [[nodiscard]] std::shared_ptr<const Timeline> timeline(
      const audio::ResamplerTiming& toModelRate,
      const audio::ResamplerTiming& toInputRate) const override {
    return std::make_shared<SegmentTimeline>(settings_.segments, toModelRate, toInputRate);
  }
  Result<std::unique_ptr<GroupPipeline>> pipeline(const RunStart& start, int channelCount,
                                                  const std::vector<size_t>& stems) override {
    return std::unique_ptr<GroupPipeline>(
        std::make_unique<SegmentPipeline>(settings_, start, channelCount, stems, estimator_));
  }

 private:
  const std::shared_ptr<SegmentEstimator> estimator_;
  const bool isBest_;
  const SegmentSettings settings_;
};

class SegmentMethod final : public SeparationMethod {
 public:
  explicit SegmentMethod(std::shared_ptr<SegmentEstimator> estimator)
      : estimator_(std::move(estimator)) {}

  [[nodiscard]] int sampleRate() const override { return estimator_->document().sampleRate; }
  [[nodiscard]] const std::vector<std::string>& stems() const override {
    return estimator_->document().stems;
  }
  [[nodiscard]] int channels() const override { return estimator_->document().channels; }
  Result<std::unique_ptr<SeparationPlan>> plan(const SeparationChoices& choices) const override {
    return std::unique_ptr<SeparationPlan>(std::make_unique<SegmentPlan>(estimator_, choices));
  }

 private:
  const std::shared_ptr<SegmentEstimator> estimator_;
};

}  // namespace

Result<std::shared_ptr<const SeparationMethod>> compileSegmentMethod(const Model& model,
                                                                     SegmentDocument document) {
  auto estimator = SegmentEstimator::compile(model, std::move(document));
  if (!estimator.ok()) return estimator.status();
  return std::shared_ptr<const SeparationMethod>(
      std::make_shared<SegmentMethod>(std::move(estimator.value())));
}

Status liveIsUnsupported(const SegmentDocument& document) {
  char seconds[32];
  std::snprintf(seconds, sizeof(seconds), "%.1f",
                static_cast<double>(document.segments.frames) / document.sampleRate);
  return unsupported("live separation needs a model of short chunks; this one hears segments of " +
                     std::string(seconds) + " s, each of which has to be there as a whole");
}

}  // namespace divisi::separation
