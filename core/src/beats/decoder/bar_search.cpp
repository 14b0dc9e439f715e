#include "beats/decoder/bar_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "divisi/beats.h"

namespace divisi::beats {
namespace {

constexpr double kImpossible = -std::numeric_limits<double>::infinity();
constexpr double kRememberedSeconds = 40;
// Probabilities are never so sure that one frame could not be outweighed.
constexpr double kLeast = 0.002;
// A beat lies in one frame, but its sound reaches into the next ones.
constexpr int64_t kBeatReach = 2;
// The offset of a path's first beat.
constexpr int8_t kFirst = 127;
constexpr size_t kMostPlaces = 32;

}  // namespace

BarSearch::BarSearch(const BarModel& model, double framesPerSecond)
    : model_(model),
      between_(model.weights().between * kUsualFramesPerSecond / framesPerSecond),
      kept_(model.nearest(0) + BarModel::kReach + 1),
      remembered_(std::max(
          4 * kept_, static_cast<int64_t>(std::lround(kRememberedSeconds * framesPerSecond)))),
      quiet_(1) {
  const size_t states = model.tempos() * model.places();
  arrived_.assign(static_cast<size_t>(kept_) * states, kImpossible);
  left_.assign(static_cast<size_t>(kept_) * states, kImpossible);
  offsets_.resize(static_cast<size_t>(remembered_) * states);
  origins_.resize(static_cast<size_t>(remembered_) * states);
  moved_.resize(states);
}

void BarSearch::push(const Salience& frame) {
  const double beat = std::clamp<double>(frame.beat, kLeast, 1 - kLeast);
  quiet_.push_back(quiet_.back() + between_ * std::log(1 - beat));
  arrive(frame);
  leave();
  ++frame_;
  if (frame_ - decided_ >= remembered_) decide(frame_ - remembered_ / 2);
}

void BarSearch::finish() {
  if (frame_ > 0) decide(frame_);
}

double BarSearch::quiet(int64_t begin, int64_t end) const {
  if (end <= begin) return 0;
  return quiet_[static_cast<size_t>(end)] - quiet_[static_cast<size_t>(begin)];
}

void BarSearch::arrive(const Salience& frame) {
  const double beat = std::log(std::clamp<double>(frame.beat, kLeast, 1 - kLeast));
  const double share = std::clamp<double>(frame.downbeat, kLeast, 1 - kLeast);
  const double weight = model_.weights().downbeat;
  std::array<double, kMostPlaces> heard;
  for (size_t place = 0; place < model_.places(); ++place) {
    const bool down = model_.place(place).beat == 0;
    heard[place] = beat + weight * std::log(down ? share : 1 - share);
  }
  for (size_t tempo = 0; tempo < model_.tempos(); ++tempo) arriveWith(tempo, heard);
}

void BarSearch::arriveWith(size_t tempo, std::span<const double> heard) {
  const size_t places = model_.places();
  double* const scores = &arrived_[slot(frame_, kept_) + state(tempo, 0)];
  int8_t* const offsets = &offsets_[slot(frame_, remembered_) + state(tempo, 0)];
  // A path may begin with any beat of the first interval.
  const double interval = model_.interval(tempo);
  const double since = static_cast<double>(frame_) / interval;
  const double first =
      since > 1 ? kImpossible : quiet(0, frame_ - 1) + since * model_.tempoPrior(tempo);
  for (size_t place = 0; place < places; ++place) {
    scores[place] = first + model_.meterPrior(place);
    offsets[place] = kFirst;
  }
  for (int offset = -BarModel::kReach; offset <= BarModel::kReach; ++offset) {
    const double jitter = model_.jitter(tempo, offset);
    const int64_t from = frame_ - model_.nearest(tempo) - offset;
    if (from < 0 || from >= frame_ || jitter < BarModel::kNever) continue;
    const double cost =
        jitter + model_.tempoPrior(tempo) + quiet(from + kBeatReach, frame_ - kBeatReach + 1);
    const double* const left = &left_[slot(from, kept_) + state(tempo, 0)];
    for (size_t place = 0; place < places; ++place) {
      const double score = left[place] + cost;
      if (score <= scores[place]) continue;
      scores[place] = score;
      offsets[place] = static_cast<int8_t>(offset);
    }
  }
  const double weight = model_.beatWeight(tempo);
  for (size_t place = 0; place < places; ++place) scores[place] += weight * heard[place];
}

void BarSearch::leave() {
  for (size_t place = 0; place < model_.places(); ++place) moveTempo(place);
  for (size_t tempo = 0; tempo < model_.tempos(); ++tempo) changeMeter(tempo);
}

void BarSearch::moveTempo(size_t place) {
  const BarWeights& weights = model_.weights();
  const double* const arrived = &arrived_[slot(frame_, kept_)];
  const size_t tempos = model_.tempos();
  Scored top = {.score = kImpossible, .tempo = 0};
  for (size_t tempo = 0; tempo < tempos; ++tempo) {
    const Scored here = {.score = arrived[state(tempo, place)],
                         .tempo = static_cast<uint8_t>(tempo)};
    moved_[state(tempo, place)] = here;
    if (here.score > top.score) top = here;
  }
  // What a change costs grows with its logarithm, so it can be passed on from neighbour to
  // neighbour.
  const double step = weights.tempoChange * weights.tempoStep;
  const auto pass = [&](size_t from, size_t to) {
    const Scored& source = moved_[state(from, place)];
    Scored& target = moved_[state(to, place)];
    if (source.score - step > target.score) {
      target = {.score = source.score - step, .tempo = source.tempo};
    }
  };
  for (size_t tempo = 1; tempo < tempos; ++tempo) pass(tempo - 1, tempo);
  for (size_t tempo = tempos - 1; tempo > 0; --tempo) pass(tempo, tempo - 1);
  for (size_t tempo = 0; tempo < tempos; ++tempo) {
    Scored& target = moved_[state(tempo, place)];
    if (top.score - weights.tempoJump > target.score) {
      target = {.score = top.score - weights.tempoJump, .tempo = top.tempo};
    }
  }
}

void BarSearch::changeMeter(size_t tempo) {
  const Scored* const moved = &moved_[state(tempo, 0)];
  double* const left = &left_[slot(frame_, kept_) + state(tempo, 0)];
  Origin* const origins = &origins_[slot(frame_, remembered_) + state(tempo, 0)];
  size_t bestEnd = 0;  // of a bar
  double bestScore = kImpossible;
  for (size_t place = 0; place < model_.places(); ++place) {
    const size_t end = model_.before(place);
    if (model_.place(place).beat != 0 || moved[end].score <= bestScore) continue;
    bestEnd = end;
    bestScore = moved[end].score;
  }
  for (size_t place = 0; place < model_.places(); ++place) {
    size_t from = model_.before(place);
    left[place] = moved[from].score;
    const double changed = bestScore - model_.weights().meterChange + model_.meterPrior(place);
    if (model_.place(place).beat == 0 && changed > left[place]) {
      from = bestEnd;
      left[place] = changed;
    }
    origins[place] = {.place = static_cast<uint8_t>(from), .tempo = moved[from].tempo};
  }
}

PathBeat BarSearch::best() {
  PathBeat best;
  double bestScore = kImpossible;
  for (int64_t frame = std::max<int64_t>(0, frame_ - kept_); frame < frame_; ++frame) {
    const double rest = quiet(frame + kBeatReach, frame_);
    for (size_t tempo = 0; tempo < model_.tempos(); ++tempo) {
      if (static_cast<double>(frame_ - frame) > model_.interval(tempo)) break;
      const double* const scores = &arrived_[slot(frame, kept_) + state(tempo, 0)];
      for (size_t place = 0; place < model_.places(); ++place) {
        if (scores[place] + rest <= bestScore) continue;
        bestScore = scores[place] + rest;
        best = {.frame = frame, .place = place, .tempo = tempo};
      }
    }
  }
  score_ = bestScore;
  return best;
}

void BarSearch::decide(int64_t end) {
  std::vector<PathBeat> path;
  PathBeat beat = best();
  for (;;) {
    // Paths may still part ways before what was decided: then the beat nearest to it was decided.
    const int64_t nearest = static_cast<int64_t>(model_.interval(beat.tempo) / 2);
    if (!beats_.empty() && beat.frame < beats_.back().frame + nearest) break;
    if (beat.frame < end) path.push_back(beat);
    const size_t at = slot(beat.frame, remembered_) + state(beat.tempo, beat.place);
    if (offsets_[at] == kFirst) break;
    const int64_t from = beat.frame - model_.nearest(beat.tempo) - offsets_[at];
    if (from < frame_ - remembered_) break;
    const Origin origin = origins_[slot(from, remembered_) + state(beat.tempo, beat.place)];
    beat = {.frame = from, .place = origin.place, .tempo = origin.tempo};
  }
  beats_.insert(beats_.end(), path.rbegin(), path.rend());
  decided_ = end;
}

}  // namespace divisi::beats
