// The choice among levels of the metre: the same music can be tapped twice or half as fast, and in
// 6/8 in twos or in threes.
//
//   std::span<const PathBeat> better(std::span<const Salience> song, std::span<const PathBeat>
//   beats,
//                                    std::span<const PathBeat> others, double scorePerSecond) {
//     const LevelEvidence first = levelEvidence(song, 50, beats, 0);       // 50 frames a second
//     const LevelEvidence second = levelEvidence(song, 50, others, scorePerSecond);
//     return levelMerit(first) >= levelMerit(second) ? beats : others;
//   }
//
// The score of the bar-pointer model prefers levels at which all onsets lie on beats. Listeners tap
// to a level of some 120 a minute whose beats are the strong ones, so these are weighed as well.
#pragma once

#include <array>
#include <span>

#include "beats/decoder/bar_search.h"
#include "beats/decoder/salience.h"

namespace divisi::beats {

struct LevelEvidence {
  double scorePerSecond = 0;  ///< of the model, less that of the first level
  double octaves = 0;         ///< from 120 beats a minute
  double low = 0;             ///< means of the accents on beats
  double high = 0;
  double novelty = 0;
};

/// @param beats at least two.
LevelEvidence levelEvidence(std::span<const Salience> frames, double framesPerSecond,
                            std::span<const PathBeat> beats, double scorePerSecond);

/// More is better.
double levelMerit(const LevelEvidence& evidence);

/// The tempos of other levels, as multiples of the first one's.
inline constexpr std::array kLevels = {2.0 / 3, 0.5, 2.0, 1.5, 1.0 / 3, 4.0 / 3};
/// How far tempos of a level may lie from it: a factor.
inline constexpr double kLevelWidth = 1.25;

}  // namespace divisi::beats
