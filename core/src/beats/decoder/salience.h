// How likely each frame is a beat and, if so, a downbeat: the network's probabilities, weighed with
// the accents of the sound.
//
//   float mostLikely(std::span<const FrameEvidence> song) {
//     const std::vector<Salience> saliences = salienceOf(song, 50);   // 50 frames a second
//     float most = 0;
//     for (const Salience& salience : saliences) most = std::max(most, salience.beat);
//     return most;
//   }
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "beats/decoder/bar_decoder.h"

namespace divisi::beats {

struct Salience {
  float beat = 0;      ///< probability of a beat, downbeats included
  float downbeat = 0;  ///< probability that a beat here is a downbeat
  /// The accents from which these were made: logarithms of how far they stand out around here.
  float low = 0;
  float high = 0;
  float novelty = 0;
};

std::vector<Salience> salienceOf(std::span<const FrameEvidence> frames, double framesPerSecond);

}  // namespace divisi::beats
