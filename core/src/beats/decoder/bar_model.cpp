#include "beats/decoder/bar_model.h"

#include <algorithm>
#include <cmath>

#include "divisi/beats.h"

namespace divisi::beats {
namespace {

constexpr size_t kOffsets = 2 * BarModel::kReach + 1;

}  // namespace

BarModel::BarModel(double framesPerSecond, const BarDecoderOptions& options,
                   const BarWeights& weights)
    : framesPerSecond_(framesPerSecond), weights_(weights) {
  const auto addBar = [&](size_t beats, double prior) {
    const size_t first = places_.size();
    for (size_t beat = 0; beat < beats; ++beat) {
      places_.push_back({.beatsPerBar = static_cast<int>(beats), .beat = static_cast<int>(beat)});
      before_.push_back(first + (beat + beats - 1) % beats);
      meterPrior_.push_back(prior);
    }
  };
  if (options.beatsPerBar > 0) {
    addBar(static_cast<size_t>(options.beatsPerBar), 0);
  } else {
    for (size_t i = 0; i < weights.bars.size(); ++i) addBar(i + 2, weights.bars[i]);
  }

  const double scale = framesPerSecond / kUsualFramesPerSecond;
  const auto steps = static_cast<int>(
      std::ceil(std::log(options.maxTempo / options.minTempo) / weights.tempoStep));
  for (int step = 0; step <= steps; ++step) {
    const double tempo =
        std::min(options.minTempo * std::exp(step * weights.tempoStep), options.maxTempo);
    const double interval = 60 * framesPerSecond / tempo;
    const int nearest = static_cast<int>(std::lround(interval));
    intervals_.push_back(interval);
    nearest_.push_back(nearest);
    const double deviation = std::max(weights.jitterFrames * scale, weights.jitterShare * interval);
    for (int offset = -kReach; offset <= kReach; ++offset) {
      const double off = (nearest + offset - interval) / deviation;
      jitter_.push_back(std::abs(off) > 3 ? 2 * kNever : -0.5 * off * off);
    }
    const double octaves = std::log2(tempo / weights.likelyTempo) / weights.tempoOctaves;
    tempoPrior_.push_back(-0.5 * weights.tempoWeight * octaves * octaves * 60 / tempo);
    beatWeight_.push_back(interval * weights.beatShare / scale);
  }
}

double BarModel::tempoOf(size_t tempo) const { return 60 * framesPerSecond_ / intervals_[tempo]; }

double BarModel::jitter(size_t tempo, int offset) const {
  return jitter_[tempo * kOffsets + static_cast<size_t>(offset + kReach)];
}

}  // namespace divisi::beats
