#include "audio/quick_resampler.h"

#include <algorithm>
#include <array>
#include <utility>

#include "audio/halfband_decimator.h"
#include "audio/resampler.h"
#include "base/text.h"

namespace divisi::audio {
namespace {

class Halver final : public RateConverter {
 public:
  bool create() { return filter_.create(); }

  Status push(const float* const* channels, size_t offset, size_t frames,
              SampleQueue& out) override {
    const size_t before = out.frames();
    if (!filter_.push(channels[0] + offset, frames, out)) return outOfMemory("audio");
    produced_ += out.frames() - before;
    return {};
  }

  Status finish(uint64_t outputFrames, SampleQueue& out) override {
    constexpr std::array<float, size_t{2} * HalfbandDecimator::kReach> kSilence{};
    const float* const silence = kSilence.data();
    while (produced_ < outputFrames) {
      if (Status status = push(&silence, 0, kSilence.size(), out); !status.ok()) return status;
    }
    const auto surplus = static_cast<size_t>(produced_ - outputFrames);
    out.truncate(out.frames() - std::min(surplus, out.frames()));
    produced_ = outputFrames;
    return {};
  }

  [[nodiscard]] const ResamplerTiming& timing() const override { return timing_; }

 private:
  HalfbandDecimator filter_;
  const ResamplerTiming timing_ = {.in = 2, .out = 1, .delay = HalfbandDecimator::kReach};
  uint64_t produced_ = 0;
};

}  // namespace

Result<std::unique_ptr<RateConverter>> createQuickResampler(int inRate, int outRate) {
  if (inRate != 2 * outRate) {
    auto resampler = Resampler::create(1, inRate, outRate);
    if (!resampler.ok()) return resampler.status();
    return std::unique_ptr<RateConverter>(std::move(resampler.value()));
  }
  auto halver = std::make_unique<Halver>();
  if (!halver->create()) return outOfMemory("audio");
  return std::unique_ptr<RateConverter>(std::move(halver));
}

}  // namespace divisi::audio
