#include "melody/melody_decoder.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace divisi::melody {
namespace {

constexpr int kSilence = -1;
// Notes' pitches that are tried: finer than anybody hears.
constexpr int kStatesPerSemitone = 20;
constexpr double kLowestPitch = 29;
constexpr double kHighestPitch = 97;
constexpr int kStates = static_cast<int>((kHighestPitch - kLowestPitch) * kStatesPerSemitone) + 1;
constexpr double kMostDeviation = 2;
// Frames on either side that a level is compared with.
constexpr uint64_t kAround = 4;
// A dip of half the power is none.
const double kDipDb = 10 * std::log10(2.0);
constexpr double kLeastOdds = 0.01;

double pitchOf(int state) { return kLowestPitch + static_cast<double>(state) / kStatesPerSemitone; }

}  // namespace

MelodyDecoder::MelodyDecoder()
    : costs_(kStates, std::numeric_limits<double>::infinity()), begins_(kStates) {}

void MelodyDecoder::add(const PitchFrame& frame) {
  frames_.push_back(
      {.pitch = midiOf(frame.hz), .confidence = frame.confidence, .levelDb = frame.levelDb});
  ++added_;
  if (added_ > kAround) step(added_ - 1 - kAround);
}

void MelodyDecoder::finish() {
  for (uint64_t index = firstStep_ + steps_.size(); index < added_; ++index) step(index);
  commit(added_);
}

double MelodyDecoder::voiceCost(uint64_t index) const {
  const auto loudest = [&](uint64_t begin, uint64_t end) {
    float most = frame(begin).levelDb;
    for (uint64_t i = begin + 1; i < end; ++i) most = std::max(most, frame(i).levelDb);
    return static_cast<double>(most);
  };
  const double before = loudest(index - std::min(index, kAround), index + 1);
  const double after = loudest(index, std::min(index + kAround + 1, added_));
  const double odds = std::clamp(frame(index).confidence, kLeastOdds, 1 - kLeastOdds);
  const double dip = std::min(before, after) - frame(index).levelDb - kDipDb;
  return std::max(0.0, dip) - std::log(odds / (1 - odds));
}

void MelodyDecoder::step(uint64_t index) {
  const double begin = best_ + kNoteCost;
  // Where every note had better begin now, what was before is decided.
  const bool decided = std::ranges::all_of(costs_, [&](double cost) { return begin <= cost; });
  if (decided || steps_.size() >= kMostFrames) {
    commit(index);
    std::ranges::fill(costs_, std::numeric_limits<double>::infinity());
    best_ = 0;
  }
  const double fresh = best_ + kNoteCost;
  const double voice = voiceCost(index);
  const Frame& now = frame(index);
  double cheapest = std::numeric_limits<double>::infinity();
  int winner = kSilence;
  for (int state = 0; state < kStates; ++state) {
    const auto i = static_cast<size_t>(state);
    if (fresh < costs_[i]) {
      costs_[i] = fresh;
      begins_[i] = index;
    }
    const double deviation = std::min(std::abs(pitchOf(state) - now.pitch), kMostDeviation);
    costs_[i] += now.confidence * deviation + voice;
    if (costs_[i] >= cheapest) continue;
    cheapest = costs_[i];
    winner = state;
  }
  if (cheapest < best_) {
    best_ = cheapest;
    steps_.push_back({.begin = begins_[static_cast<size_t>(winner)], .state = winner});
  } else {
    steps_.push_back({.begin = index, .state = kSilence});
  }
}

void MelodyDecoder::commit(uint64_t end) {
  std::vector<Span> spans;
  for (uint64_t at = end; at > firstStep_;) {
    const Step& last = steps_[static_cast<size_t>(at - 1 - firstStep_)];
    if (last.state != kSilence) {
      spans.push_back({.begin = last.begin, .end = at, .pitch = pitchOf(last.state)});
    }
    at = last.begin;
  }
  std::ranges::reverse(spans);
  for (size_t i = 0; i < spans.size(); ++i) {
    const bool isShort = spans[i].end - spans[i].begin < kLeastFrames;
    if (!isShort) {
      tell(spans[i]);
    } else if (i + 1 < spans.size() && spans[i + 1].begin == spans[i].end &&
               std::abs(spans[i + 1].pitch - spans[i].pitch) <= kMostDeviation) {
      spans[i + 1].begin = spans[i].begin;
    }
  }
  steps_.clear();
  firstStep_ = end;
  const uint64_t kept = std::max(end - std::min(end, kAround), firstFrame_);
  frames_.erase(frames_.begin(), frames_.begin() + static_cast<ptrdiff_t>(kept - firstFrame_));
  firstFrame_ = kept;
}

void MelodyDecoder::tell(const Span& span) {
  VoiceNote note = {.begin = span.begin,
                    .end = span.end,
                    .pitch = static_cast<int>(std::lround(span.pitch)),
                    .levelDb = frame(span.begin).levelDb};
  double confidence = 0;
  for (uint64_t i = span.begin; i < span.end; ++i) {
    const Frame& each = frame(i);
    confidence += each.confidence;
    note.levelDb = std::max(note.levelDb, each.levelDb);
    // What lies further off is no pitch of this note: a consonant, or an octave that was misheard.
    const bool isFar = std::abs(each.pitch - span.pitch) > kMostDeviation;
    note.bends.push_back(static_cast<float>((isFar ? span.pitch : each.pitch) - note.pitch));
  }
  note.confidence = static_cast<float>(confidence / static_cast<double>(span.end - span.begin));
  known_.push_back(std::move(note));
}

}  // namespace divisi::melody
