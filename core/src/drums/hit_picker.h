// HitPicker: the hits of drums from log-odds of their frames, as they come.
//
//   void use(const Hit& hit);
//
//   void pick(HitPicker& picker, std::span<const float> logOdds) {
//     picker.add(logOdds);
//     for (const Hit& hit : picker.take()) use(hit);   // finish() at the end
//   }
//
// An instrument is struck where its log-odds reach its threshold and are the highest within two
// frames to either side; where exactly between frames, the probabilities of the frames beside it
// say. (As in Böck, Krebs and Schedl, "Evaluating the online capabilities of onset detection
// methods", ISMIR 2012, without their adaptive threshold.)
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace divisi::drums {

struct Hit {
  double frame = 0;       ///< where, in frames
  size_t instrument = 0;  ///< index of
  float velocity = 0;     ///< 0 to 1
  float confidence = 0;   ///< 0 to 1
};

class HitPicker {
 public:
  /// @param thresholds log-odds, of each instrument.
  explicit HitPicker(std::vector<float> thresholds);

  /// The next frame. @param logOdds [2][instruments]: of hits, and of velocities.
  void add(std::span<const float> logOdds);
  void finish();

  /// What has become known since the last take(), in the order of time.
  std::vector<Hit> take() { return std::exchange(hits_, {}); }

 private:
  static constexpr size_t kAround = 2;  // frames on either side
  static constexpr size_t kFrames = 2 * kAround + 1;

  /// Looks at the frame in the middle of those that are kept.
  void look();
  [[nodiscard]] float odds(size_t place, size_t instrument) const {
    return kept_[place][instrument];
  }

  const std::vector<float> thresholds_;
  std::array<std::vector<float>, kFrames> kept_;  // the last frames, oldest first
  size_t added_ = 0;                              // frames
  std::vector<Hit> hits_;
};

}  // namespace divisi::drums
