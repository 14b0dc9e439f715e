#include "separation/pipeline/mask_method.h"

#include <utility>

#include "separation/chunks/chunk_timeline.h"
#include "separation/chunks/separation_settings.h"
#include "separation/estimation/chunk_estimator.h"
#include "separation/estimation/stem_networks.h"
#include "separation/pipeline/chunk_pipeline.h"

namespace divisi::separation {
namespace {

class MaskPlan final : public SeparationPlan {
 public:
  MaskPlan(std::shared_ptr<StemNetworks> networks, const SeparationSettings& settings)
      : networks_(std::move(networks)), settings_(settings) {}

  [[nodiscard]] bool live() const override { return settings_.chunking.live(); }
  [[nodiscard]] std::optional<size_t> remainder() const override {
    return settings_.useRemainder ? document().remainder : std::nullopt;
  }
  [[nodiscard]] LevelKind levelKind() const override {
    return {.scale = settings_.normalise ? LevelKind::Scale::kLevel : LevelKind::Scale::kNone};
  }
  [[nodiscard]] uint64_t chunkFrames() const override {
    return static_cast<uint64_t>(settings_.chunking.columns) *
           static_cast<uint64_t>(document().hop);
  }
  [[nodiscard]] std::shared_ptr<const Timeline> timeline(
      const audio::ResamplerTiming& toModelRate,
      const audio::ResamplerTiming& toInputRate) const override {
    return std::make_shared<ChunkTimeline>(document(), settings_, toModelRate, toInputRate);
  }
  Result<std::unique_ptr<GroupPipeline>> pipeline(const RunStart& start, int channelCount,
                                                  const std::vector<size_t>& stems) override {
    if (!estimator_) {
      auto estimator = makeEstimator(networks_, settings_);
      if (!estimator.ok()) return estimator.status();
      estimator_ = std::move(estimator.value());
    }
    auto pipeline =
        ChunkPipeline::create(document(), settings_, start, channelCount, stems, *estimator_);
    if (!pipeline.ok()) return pipeline.status();
    return std::unique_ptr<GroupPipeline>(std::move(pipeline.value()));
  }

 private:
  [[nodiscard]] const SeparationDocument& document() const { return networks_->document(); }

  const std::shared_ptr<StemNetworks> networks_;
  const SeparationSettings settings_;
  std::unique_ptr<ChunkEstimator> estimator_;  // of all groups
};

class MaskMethod final : public SeparationMethod {
 public:
  MaskMethod(std::shared_ptr<StemNetworks> networks, bool live)
      : networks_(std::move(networks)), live_(live) {}

  [[nodiscard]] int sampleRate() const override { return networks_->document().sampleRate; }
  [[nodiscard]] const std::vector<std::string>& stems() const override {
    return networks_->document().stems;
  }
  Result<std::unique_ptr<SeparationPlan>> plan(const SeparationChoices& choices) const override {
    const SeparationDocument& document = networks_->document();
    Result<SeparationSettings> settings =
        live_ ? liveSettingsFor(document, choices.latency)
              : settingsFor(document, choices.mode, choices.quality);
    if (!settings.ok()) return settings.status();
    return std::unique_ptr<SeparationPlan>(std::make_unique<MaskPlan>(networks_, settings.value()));
  }

 private:
  const std::shared_ptr<StemNetworks> networks_;
  const bool live_;
};

}  // namespace

Result<std::shared_ptr<const SeparationMethod>> compileMaskMethod(const Model& model,
                                                                  SeparationDocument document,
                                                                  bool live) {
  if (live) {
    const Result<int> window = liveWindowFor(document);
    if (!window.ok()) return window.status();
    document.chunkColumns = window.value();
  }
  auto networks = StemNetworks::compile(model, std::move(document));
  if (!networks.ok()) return networks.status();
  return std::shared_ptr<const SeparationMethod>(
      std::make_shared<MaskMethod>(std::move(networks.value()), live));
}

}  // namespace divisi::separation
