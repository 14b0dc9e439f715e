#include "beats/live/bar_filter.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace divisi::beats {
namespace {

constexpr int kReach = BarModel::kReach;
constexpr size_t kOffsets = 2 * kReach + 1;
// Probabilities are never so sure that one frame could not be outweighed.
constexpr double kLeast = 0.002;
// A beat lies in one frame, but its sound reaches into the next ones.
constexpr int64_t kBeatReach = 2;
// A beat is where it is expected when it is no farther off, in frames.
constexpr int64_t kNear = 3;
constexpr double kNothing = -1e9;
// What is less likely than this counts as impossible: products of smaller numbers would be
// subnormal, which are slow to compute with.
constexpr float kTiny = 1e-15F;
constexpr double kLeastLog = -30;

void normalise(std::vector<float>& values) {
  const float sum = std::accumulate(values.begin(), values.end(), 0.0F);
  for (float& value : values) value /= sum;
}

}  // namespace

BarWeights liveBarWeights() {
  return {.tempoStep = 0.025,
          .jitterFrames = 0.7,
          .jitterShare = 0.02,
          .beatShare = 1.0 / 16,
          .between = 0.5,
          .downbeat = 1.2,
          .likelyTempo = 120,
          .tempoOctaves = 0.8,
          .tempoWeight = 2.5,
          .bars = {-5, -1, 0, -2}};
}

BarFilter::BarFilter(const BarModel& model, const FilterWeights& weights)
    : model_(model),
      tempos_(model.tempos()),
      places_(model.places()),
      kept_(model.nearest(0) + kReach + 1 + kBeatReach),
      step_(std::exp(-weights.tempoChange * model.weights().tempoStep)),
      stay_((1 - step_) / (1 + step_)),
      jump_(std::exp(-weights.tempoJump)),
      meterChange_(std::exp(-weights.meterChange)),
      birth_(std::exp(-weights.birth)) {
  for (size_t tempo = 0; tempo < tempos_; ++tempo) {
    const auto cost = static_cast<float>(std::exp(model.tempoPrior(tempo)));
    tempoWeight_.push_back(cost);
    likelyTempos_.push_back(cost);
    std::vector<float> shares;
    for (int offset = -kReach; offset <= kReach; ++offset) {
      shares.push_back(static_cast<float>(std::exp(model.jitter(tempo, offset))));
    }
    normalise(shares);
    float longer = 1;
    for (const float share : shares) {
      jitter_.push_back(share);
      longer = std::max(0.0F, longer - share);
      lasting_.push_back(longer);
    }
  }
  normalise(likelyTempos_);
  for (size_t place = 0; place < places_; ++place) {
    likelyPlaces_.push_back(
        static_cast<float>(std::exp(model.meterPrior(place)) / model.place(place).beatsPerBar));
  }
  normalise(likelyPlaces_);
  const auto kept = static_cast<size_t>(kept_);
  left_.resize(kept * tempos_ * places_);
  leftLevel_.resize(kept, kNothing);
  quiet_.resize(kept);
  leftSums_.resize(kept * tempos_);
  weights_.resize(kept);
  arrived_.resize(tempos_ * places_);
  due_.resize(kept);
  nextPlaces_.resize(places_);
}

void BarFilter::push(const FrameSalience& frame) {
  const double beat = std::clamp<double>(frame.beat, kLeast, 1 - kLeast);
  const double share = std::clamp<double>(frame.downbeat, kLeast, 1 - kLeast);
  const double weight = model_.weights().downbeat;
  advance({.quiet = model_.weights().between * std::log(1 - beat),
           .down = std::log(beat) + weight * std::log(share),
           .other = std::log(beat) + weight * std::log(1 - share)});
}

void BarFilter::skip() { advance({.quiet = 0, .down = 0, .other = 0}); }

void BarFilter::advance(const Heard& heard) {
  const double before = frame_ == 0 ? 0 : quiet_[slot(frame_ - 1)];
  quiet_[slot(frame_)] = before + heard.quiet;
  arrive(heard);
  leave();
  predict();
  ++frame_;
}

void BarFilter::arrive(const Heard& heard) {
  const int64_t oldest = std::min(frame_, kept_ - kBeatReach);
  for (int64_t age = kBeatReach; age <= oldest; ++age) {
    const size_t from = slot(frame_ - age);
    // What a beat sounds like counts for it alone, not for the frames around it.
    const int64_t end = std::max(frame_ - age + kBeatReach - 1, frame_ - kBeatReach);
    const double quiet = quiet_[slot(end)] - quiet_[slot(frame_ - age + kBeatReach - 1)];
    weights_[static_cast<size_t>(age)] =
        static_cast<float>(std::exp(leftLevel_[from] + quiet - level_));
  }
  for (size_t tempo = 0; tempo < tempos_; ++tempo) arriveWith(tempo, heard);
}

void BarFilter::arriveWith(size_t tempo, const Heard& heard) {
  float* const arrived = &arrived_[tempo * places_];
  const float begun = static_cast<float>(birth_) * likelyTempos_[tempo];
  for (size_t place = 0; place < places_; ++place) arrived[place] = begun * likelyPlaces_[place];
  for (int offset = -kReach; offset <= kReach; ++offset) {
    const int64_t age = model_.nearest(tempo) + offset;
    if (age < kBeatReach || age > frame_) continue;
    const float share = jitter_[tempo * kOffsets + static_cast<size_t>(offset + kReach)];
    const float weight = share * tempoWeight_[tempo] * weights_[static_cast<size_t>(age)];
    if (weight < kTiny) continue;
    const float* const on = left(frame_ - age) + tempo * places_;
    for (size_t place = 0; place < places_; ++place) arrived[place] += weight * on[place];
  }
  const double much = model_.beatWeight(tempo);
  const auto down = static_cast<float>(std::exp(std::max(kLeastLog, much * heard.down)));
  const auto other = static_cast<float>(std::exp(std::max(kLeastLog, much * heard.other)));
  for (size_t place = 0; place < places_; ++place) {
    arrived[place] *= model_.place(place).beat == 0 ? down : other;
  }
}

void BarFilter::leave() {
  moveTempo();
  changeMeter();
  float* const on = left(frame_);
  const size_t states = tempos_ * places_;
  const float most = *std::max_element(on, on + states);
  leftLevel_[slot(frame_)] = most > 0 ? level_ + std::log(most) : kNothing;
  if (most > 0) {
    for (size_t state = 0; state < states; ++state) {
      const float share = on[state] / most;
      on[state] = share < kTiny ? 0 : share;
    }
  }
  float* const sums = &leftSums_[slot(frame_) * tempos_];
  for (size_t tempo = 0; tempo < tempos_; ++tempo) {
    sums[tempo] = std::accumulate(on + tempo * places_, on + (tempo + 1) * places_, 0.0F);
  }
}

void BarFilter::moveTempo() {
  // What a step costs is the same everywhere, so it can be passed on from neighbour to neighbour.
  const auto step = static_cast<float>(step_);
  std::vector<float>& moved = arrived_;
  for (size_t place = 0; place < places_; ++place) {
    float sum = 0;
    for (size_t tempo = 0; tempo < tempos_; ++tempo) sum += moved[tempo * places_ + place];
    float up = 0;
    float* const on = left(frame_) + place;
    for (size_t tempo = 0; tempo < tempos_; ++tempo) {
      up = up * step + moved[tempo * places_ + place];
      on[tempo * places_] = up;
    }
    float down = 0;
    for (size_t tempo = tempos_; tempo-- > 0;) {
      on[tempo * places_] += down;
      down = (down + moved[tempo * places_ + place]) * step;
    }
    for (size_t tempo = 0; tempo < tempos_; ++tempo) {
      float& there = on[tempo * places_];
      there = there * static_cast<float>(stay_) +
              static_cast<float>(jump_) * likelyTempos_[tempo] * sum;
    }
  }
}

void BarFilter::changeMeter() {
  for (size_t tempo = 0; tempo < tempos_; ++tempo) {
    float* const on = left(frame_) + tempo * places_;
    float* const from = &arrived_[tempo * places_];
    std::copy_n(on, places_, from);
    float ends = 0;
    for (size_t place = 0; place < places_; ++place) {
      if (model_.place(place).beat == 0) ends += from[model_.before(place)];
    }
    for (size_t place = 0; place < places_; ++place) {
      on[place] = from[model_.before(place)];
      if (model_.place(place).beat != 0) continue;
      on[place] += static_cast<float>(meterChange_) * ends * likelyPlaces_[place];
    }
  }
}

float BarFilter::lasting(size_t tempo, int64_t age) const {
  const int64_t offset = age - model_.nearest(tempo);
  if (offset < -kReach) return 1;
  return offset > kReach ? 0 : lasting_[tempo * kOffsets + static_cast<size_t>(offset + kReach)];
}

void BarFilter::predict() {
  std::ranges::fill(due_, 0.0F);
  double all = 0;
  const int64_t oldest = std::min(frame_, kept_ - kBeatReach - 1);
  for (int64_t age = 0; age <= oldest; ++age) {
    const int64_t begin = std::min(frame_ - age + kBeatReach - 1, frame_);
    const double quiet = quiet_[slot(frame_)] - quiet_[slot(begin)];
    const size_t from = slot(frame_ - age);
    const auto weight = static_cast<float>(std::exp(leftLevel_[from] + quiet - level_));
    weights_[static_cast<size_t>(age)] = weight < kTiny ? 0 : weight;
    if (weight < kTiny) continue;
    for (size_t tempo = 0; tempo < tempos_; ++tempo) {
      const float longer = lasting(tempo, age);
      if (longer <= 0) break;  // faster ones are over, too
      const float mass = weight * longer * leftSums_[from * tempos_ + tempo];
      due_[static_cast<size_t>(std::max<int64_t>(0, model_.nearest(tempo) - age))] += mass;
      all += mass;
    }
  }
  if (all <= 0) return;
  level_ += std::log(all);
  for (float& mass : due_) mass = static_cast<float>(mass / all);
  findNext();
}

void BarFilter::findNext() {
  // The window with the most in it.
  const auto kept = static_cast<int64_t>(due_.size());
  int64_t best = 0;
  float most = -1;
  for (int64_t due = 0; due < kept; ++due) {
    float near = due_[static_cast<size_t>(due)] * 0.01F;  // its middle, where others are equal
    for (int64_t at = std::max<int64_t>(0, due - kNear); at <= std::min(kept - 1, due + kNear);
         ++at) {
      near += due_[static_cast<size_t>(at)];
    }
    if (near <= most) continue;
    most = near;
    best = due;
  }
  // What is in it.
  double all = 0;
  double frames = 0;
  double intervals = 0;
  std::ranges::fill(nextPlaces_, 0.0F);
  const int64_t oldest = std::min(frame_, kept_ - kBeatReach - 1);
  for (size_t tempo = 0; tempo < tempos_; ++tempo) {
    const int64_t first = model_.nearest(tempo) - best - kNear;
    const int64_t last = best <= kNear ? oldest : first + 2 * kNear;
    for (int64_t age = std::max<int64_t>(0, first); age <= std::min(oldest, last); ++age) {
      const int64_t from = frame_ - age;
      const float weight = weights_[static_cast<size_t>(age)] * lasting(tempo, age);
      const double mass = weight * leftSums_[slot(from) * tempos_ + tempo];
      if (mass <= 0) continue;
      all += mass;
      frames += mass * (static_cast<double>(from) + model_.interval(tempo));
      intervals += mass * model_.interval(tempo);
      const float* const on = left(from) + tempo * places_;
      for (size_t place = 0; place < places_; ++place) nextPlaces_[place] += weight * on[place];
    }
  }
  if (all <= 0) return;
  const auto place =
      static_cast<size_t>(std::ranges::max_element(nextPlaces_) - nextPlaces_.begin());
  next_ = {.frame = frames / all,
           .last = (frames - intervals) / all,
           .interval = intervals / all,
           .number = model_.place(place).beat + 1,
           .beatsPerBar = model_.place(place).beatsPerBar,
           .probability = std::clamp(most, 0.0F, 1.0F)};
}

}  // namespace divisi::beats
