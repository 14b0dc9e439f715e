// BarSearch: the best path of beats through the frames of a song, as they come.
//
//   void use(const PathBeat& beat);
//
//   void search(const BarModel& model, std::span<const Salience> frames) {
//     BarSearch search(model, 50);                       // 50 frames a second
//     for (const Salience& frame : frames) search.push(frame);
//     search.finish();
//     for (const PathBeat& beat : search.beats()) use(beat);
//   }
//
// For every frame and state it keeps which state came before, for the last 40 s: then the beats of
// the older half are decided by the best path so far, and forgotten.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "beats/decoder/bar_model.h"
#include "beats/decoder/salience.h"

namespace divisi::beats {

/// A beat of the path.
struct PathBeat {
  int64_t frame = 0;
  size_t place = 0;  ///< of the model's places
  size_t tempo = 0;  ///< of the model's tempos
};

class BarSearch {
 public:
  /// @param model borrowed.
  BarSearch(const BarModel& model, double framesPerSecond);

  void push(const Salience& frame);
  void finish();

  /// Those that are decided.
  [[nodiscard]] const std::vector<PathBeat>& beats() const { return beats_; }
  /// Log probability of the best path so far, up to a constant of the song.
  [[nodiscard]] double score() const { return score_; }

 private:
  /// Whence a path comes to its next beat.
  struct Origin {
    uint8_t place;
    uint8_t tempo;
  };
  struct Scored {
    double score;
    uint8_t tempo;
  };

  /// Finds the best ways to a beat in this frame, for every state.
  void arrive(const Salience& frame);
  void arriveWith(size_t tempo, std::span<const double> heard);
  /// Finds, for every state that the next beat may have, from which state in this frame it is best
  /// reached.
  void leave();
  void moveTempo(size_t place);
  void changeMeter(size_t tempo);
  /// Decides the beats before a frame.
  void decide(int64_t end);
  /// The end of the best path: a beat in one of the last frames.
  [[nodiscard]] PathBeat best();
  /// Log probability of no beat in the frames from `begin` to before `end`.
  [[nodiscard]] double quiet(int64_t begin, int64_t end) const;

  /// Where the states of a frame begin in a ring of so many frames: [tempo][place].
  [[nodiscard]] size_t slot(int64_t frame, int64_t frames) const {
    return static_cast<size_t>(frame % frames) * model_.tempos() * model_.places();
  }
  [[nodiscard]] size_t state(size_t tempo, size_t place) const {
    return tempo * model_.places() + place;
  }

  const BarModel& model_;
  const double between_;         // weight of a frame without a beat
  const int64_t kept_;           // frames whose scores are kept: more than any interval
  const int64_t remembered_;     // frames whose origins are kept
  int64_t frame_ = 0;            // the next one
  int64_t decided_ = 0;          // beats before this frame are decided
  std::vector<double> quiet_;    // sums over all frames before each
  std::vector<double> arrived_;  // scores of beats; a ring of kept_ frames
  std::vector<double> left_;     // scores of being on the way to the next beat; the same
  std::vector<int8_t> offsets_;  // of the interval before a beat; a ring of remembered_ frames
  std::vector<Origin> origins_;  // the same
  std::vector<Scored> moved_;    // [state]: arrived_ of this frame after a change of tempo
  std::vector<PathBeat> beats_;
  double score_ = 0;
};

}  // namespace divisi::beats
