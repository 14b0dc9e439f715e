#include "beats/decoder/level_choice.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace divisi::beats {
namespace {

constexpr double kUsualTempo = 120;

// Weights of a softmax over levels, fitted to rendered songs (docs/analysis.md); that of the tempo
// is held at a value that suits real music, whose tempos are less spread out than those of the
// songs.
constexpr LevelEvidence kWeights = {
    .scorePerSecond = 1.35, .octaves = -1.0, .low = 3.1, .high = 3.6, .novelty = 2.2};

}  // namespace

LevelEvidence levelEvidence(std::span<const Salience> frames, double framesPerSecond,
                            std::span<const PathBeat> beats, double scorePerSecond) {
  LevelEvidence evidence = {.scorePerSecond = scorePerSecond};
  std::vector<int64_t> intervals;
  for (size_t i = 1; i < beats.size(); ++i) {
    intervals.push_back(beats[i].frame - beats[i - 1].frame);
  }
  const auto middle = intervals.begin() + static_cast<std::ptrdiff_t>(intervals.size() / 2);
  std::ranges::nth_element(intervals, middle);
  evidence.octaves = std::log2(60 * framesPerSecond / static_cast<double>(*middle) / kUsualTempo);
  const auto count = static_cast<double>(beats.size());
  for (const PathBeat& beat : beats) {
    const Salience& frame = frames[static_cast<size_t>(beat.frame)];
    evidence.low += frame.low / count;
    evidence.high += frame.high / count;
    evidence.novelty += frame.novelty / count;
  }
  return evidence;
}

double levelMerit(const LevelEvidence& evidence) {
  return kWeights.scorePerSecond * evidence.scorePerSecond +
         kWeights.octaves * evidence.octaves * evidence.octaves + kWeights.low * evidence.low +
         kWeights.high * evidence.high + kWeights.novelty * evidence.novelty;
}

}  // namespace divisi::beats
