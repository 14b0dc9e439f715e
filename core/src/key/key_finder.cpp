#include "key/key_finder.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace divisi::key {
namespace {

constexpr size_t kFramesPerBlock = 5;  // 0.93 s
// Above, overtones are more than notes.
constexpr float kMaxHz = 1000;
// Blocks quieter than this part of the median count less, down to nothing in silence.
constexpr double kQuiet = 0.1;
// Blocks on either side that a block's key is judged with, weighted by Hann's window: 8 s in all.
constexpr size_t kReach = 8;
// The price of a modulation: 4 s of a key that correlates better by 1, or 20 s by 0.2. From 2 to 4
// the keys of the songs of known key are the same.
constexpr double kModulation = 4;

double sumOf(const Chroma& chroma) { return std::accumulate(chroma.begin(), chroma.end(), 0.0); }

void add(Chroma& to, const Chroma& chroma, double weight) {
  for (size_t i = 0; i < kPitchClasses; ++i) to[i] += weight * chroma[i];
}

/// Loud and quiet passages shall count alike: each block by its chroma, not by its level.
void level(std::vector<Chroma>& blocks) {
  std::vector<double> sums;
  for (const Chroma& block : blocks) {
    if (const double sum = sumOf(block); sum > 0) sums.push_back(sum);
  }
  if (sums.empty()) return;
  const auto middle = sums.begin() + static_cast<std::ptrdiff_t>(sums.size() / 2);
  std::ranges::nth_element(sums, middle);
  for (Chroma& block : blocks) {
    const double scale = 1 / std::max(sumOf(block), kQuiet * *middle);
    for (double& value : block) value *= scale;
  }
}

/// How well each key fits around a block.
KeyValues valuesAround(const std::vector<Chroma>& blocks, size_t at) {
  Chroma around{};
  const size_t first = at - std::min(at, kReach);
  const size_t last = std::min(at + kReach, blocks.size() - 1);
  for (size_t i = first; i <= last; ++i) {
    const double distance = static_cast<double>(i) - static_cast<double>(at);
    const double turn = std::numbers::pi * distance / (kReach + 1);
    add(around, blocks[i], 0.5 + 0.5 * std::cos(turn));
  }
  KeyValues values = correlations(around);
  // Silence is of no key.
  const double loudness = std::min(1.0, sumOf(blocks[at]));
  for (double& value : values) value *= loudness;
  return values;
}

size_t bestOf(const KeyValues& values) {
  return static_cast<size_t>(std::ranges::max_element(values) - values.begin());
}

/// The path of keys that fits best, by dynamic programming.
std::vector<size_t> bestPath(const std::vector<Chroma>& blocks, double blockSeconds) {
  KeyValues score{};
  std::vector<std::array<unsigned char, kKeys>> from(blocks.size());
  for (size_t block = 0; block < blocks.size(); ++block) {
    const size_t best = bestOf(score);
    const KeyValues values = valuesAround(blocks, block);
    KeyValues next{};
    for (size_t key = 0; key < kKeys; ++key) {
      const bool stays = score[key] >= score[best] - kModulation;
      from[block][key] = static_cast<unsigned char>(stays ? key : best);
      next[key] = (stays ? score[key] : score[best] - kModulation) + blockSeconds * values[key];
    }
    score = next;
  }
  std::vector<size_t> path(blocks.size());
  size_t key = bestOf(score);
  for (size_t block = blocks.size(); block-- > 0;) {
    path[block] = key;
    key = from[block][key];
  }
  return path;
}

void judge(KeyPart& part, const Chroma& chroma) {
  const KeyValues likely = likelihoods(correlations(chroma));
  const double relative = likely[relativeOf(part.key)];
  part.confidence = likely[part.key];
  part.relativeShare = relative / (relative + likely[part.key]);
}

}  // namespace

bool KeyFinder::add(std::span<const audio::SpectralPeak> peaks) {
  audio::addPartials(peaks, kMaxHz, block_);
  if (++framesInBlock_ < kFramesPerBlock) return true;
  const bool kept = blocks_.append(block_);
  block_ = {};
  framesInBlock_ = 0;
  return kept;
}

double KeyFinder::secondsOf(size_t block) const {
  // Frames are centred on multiples of the hop.
  return (static_cast<double>(block * kFramesPerBlock) - 0.5) * hopSeconds_;
}

std::vector<Chroma> KeyFinder::chromas(double cents) const {
  std::vector<Chroma> result(blocks_.size() / audio::kChromaSteps + (framesInBlock_ > 0 ? 1 : 0));
  for (size_t block = 0; block < result.size(); ++block) {
    const bool full = (block + 1) * audio::kChromaSteps <= blocks_.size();
    const float* classes = full ? blocks_.data() + block * audio::kChromaSteps : block_.data();
    result[block] = audio::chromaOf({classes, audio::kChromaSteps}, cents);
  }
  level(result);
  return result;
}

SongKeys KeyFinder::find(double cents, double seconds) const {
  const std::vector<Chroma> blocks = chromas(cents);
  SongKeys keys;
  std::array<Chroma, kKeys> sums{};
  std::array<double, kKeys> lengths{};
  if (std::ranges::all_of(blocks, [](const Chroma& block) { return sumOf(block) <= 0; })) {
    return keys;
  }
  const std::vector<size_t> path = bestPath(blocks, kFramesPerBlock * hopSeconds_);
  for (size_t first = 0; first < path.size();) {
    size_t end = first;
    Chroma sum{};
    while (end < path.size() && path[end] == path[first]) key::add(sum, blocks[end++], 1);
    KeyPart part = {.start = first == 0 ? 0 : secondsOf(first),
                    .end = end == path.size() ? seconds : secondsOf(end),
                    .key = path[first]};
    judge(part, sum);
    keys.parts.push_back(part);
    key::add(sums[part.key], sum, 1);
    lengths[part.key] += part.end - part.start;
    first = end;
  }
  const auto longest = std::ranges::max_element(lengths) - lengths.begin();
  keys.song = {.start = 0, .end = seconds, .key = static_cast<size_t>(longest)};
  judge(keys.song, sums[keys.song.key]);
  return keys;
}

}  // namespace divisi::key
