// BarFilter: where the next beat lies, by all that was heard so far: the forward algorithm on the
// bar-pointer model, whose hidden state is the frame of the last beat, the interval to the next one
// and its place in the bar (Whiteley, Cemgil and Godsill, ISMIR 2006; of variable durations as in a
// hidden semi-Markov model: Yu, "Hidden semi-Markov models", Artificial Intelligence 174, 2010).
//
//   double untilNext(const BarModel& model, std::span<const FrameSalience> frames) {
//     BarFilter filter(model, {});
//     for (const FrameSalience& frame : frames) filter.push(frame);
//     return filter.next().frame - static_cast<double>(frames.size() - 1);
//   }
//
// Where BarSearch looks for the one path that explains a song best, this adds up all paths. Memory
// is constant, and so is the work of a frame: about (longest interval + 9 x places) x tempos of
// products, 15 000 at 50 frames a second.
//
// One thread at a time; allocates nothing after its construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "beats/decoder/bar_model.h"
#include "beats/live/live_salience.h"

namespace divisi::beats {

/// How the filter weighs what the model's weights leave open.
struct FilterWeights {
  double tempoChange = 100;  ///< what a change of tempo costs for its logarithm
  double tempoJump = 10;     ///< what a jump of tempo costs: log probability, negated
  double meterChange = 10;   ///< what a bar of another length costs
  double birth = 14;         ///< what it costs to begin anew in any frame
};

/// The beat that comes next.
struct NextBeat {
  double frame = 0;       ///< when; may be in the past, where it should have been heard by now
  double last = 0;        ///< when the beat before it was heard
  double interval = 0;    ///< frames from beat to beat
  int number = 1;         ///< in its bar
  int beatsPerBar = 0;    ///< of its bar
  float probability = 0;  ///< that it lies within 60 ms of there
};

/// The model's weights for this filter, which belong to the salience that it hears
/// (live_salience.h): they don't change with those of the file decoder.
BarWeights liveBarWeights();

class BarFilter {
 public:
  /// @param model borrowed.
  BarFilter(const BarModel& model, const FilterWeights& weights);

  void push(const FrameSalience& frame);
  /// A frame of which nothing was heard: time passes.
  void skip();

  /// Precondition: something was pushed.
  [[nodiscard]] const NextBeat& next() const { return next_; }

 private:
  /// Log probabilities of a frame: that there is no beat in it, one that is a downbeat, another
  /// one.
  struct Heard {
    double quiet;
    double down;
    double other;
  };
  void advance(const Heard& heard);
  /// Adds up, for every state, the paths that come to a beat in this frame.
  void arrive(const Heard& heard);
  void arriveWith(size_t tempo, const Heard& heard);
  /// Lets them go on to the next beat.
  void leave();
  void moveTempo();
  void changeMeter();
  /// Adds up what is on its way to the next beat, by when that is due.
  void predict();
  void findNext();
  /// How long the interval of a tempo lasts beyond `age` frames: its probability.
  [[nodiscard]] float lasting(size_t tempo, int64_t age) const;

  [[nodiscard]] size_t slot(int64_t frame) const { return static_cast<size_t>(frame % kept_); }
  [[nodiscard]] float* left(int64_t frame) { return &left_[slot(frame) * tempos_ * places_]; }

  const BarModel& model_;
  const size_t tempos_;
  const size_t places_;
  const int64_t kept_;  // frames of which something may be on its way: more than any interval
  const double step_;   // probability of a step of tempo, relative to that of none
  const double stay_;   // probability of none
  const double jump_;
  const double meterChange_;
  const double birth_;
  std::vector<float> likelyTempos_;  // prior of each tempo, sum 1
  std::vector<float> likelyPlaces_;  // of each place, sum 1
  std::vector<float> tempoWeight_;   // what an interval of a tempo costs
  std::vector<float> jitter_;        // [tempo][offset], sum 1
  std::vector<float> lasting_;       // [tempo][offset]: probability of an interval longer than that
  int64_t frame_ = 0;                // the next one
  std::vector<float> left_;          // [frame of a ring][tempo][place]: on their way from a beat
  std::vector<float> leftSums_;      // [frame of a ring][tempo]: over all places
  std::vector<double> leftLevel_;    // logarithm of what left_ is to be multiplied by; a ring
  std::vector<double> quiet_;        // sum of log probabilities of no beat up to a frame; a ring
  double level_ = 0;                 // logarithm of all that was on its way in the frame before
  std::vector<float> weights_;       // [age]: of what left a beat so many frames ago, by now
  std::vector<float> arrived_;       // [tempo][place]
  std::vector<float> due_;           // [frames from now]
  std::vector<float> nextPlaces_;    // [place]: of the beat that comes next
  NextBeat next_;
};

}  // namespace divisi::beats
