// From evidence of beats, frame by frame, to beats in bars: a dynamic program over tempo, phase and
// place in the bar.
//
//   double tempoOf(std::span<const FrameEvidence> song) {
//     return decodeBars(song, 50, {.minTempo = 60}).tempo;      // 50 frames a second
//   }
//
// The hidden state at a beat is its frame, the interval since the beat before (one of a fine scale
// of tempos) and its place in a bar of 2 to 7 beats. From beat to beat the tempo may move a little
// for little, or jump for a fixed price; intervals may differ a little from the tempo's; a bar's
// length may change at its end for a price. What a path of beats explains is weighed for every
// frame: at a beat the probability that there is one, times the share of a downbeat or of its
// contrary, and between beats the probability that there is none. Weights are per frame, so that no
// tempo is preferred for having fewer beats.
//
// What is kept of the past is bounded: beats that lie far enough back are decided as it goes on.
#pragma once

#include <span>
#include <vector>

#include "beats/decoder/accents.h"

namespace divisi::beats {

/// Of one frame.
struct FrameEvidence {
  float beat = 0;      ///< probability of a beat, downbeats included
  float downbeat = 0;  ///< probability of a downbeat
  Accent accent = {};
};

struct BarDecoderOptions {
  double minTempo = 40;   ///< beats a minute
  double maxTempo = 240;  ///< beats a minute
  int beatsPerBar = 0;    ///< 0: to be found
};

struct DecodedBeat {
  double frame = 0;      ///< place, in frames
  int number = 1;        ///< in its bar
  int beatsPerBar = 0;   ///< of its bar
  double tempo = 0;      ///< beats a minute around it
  float confidence = 0;  ///< 0 to 1
};

struct DecodedBars {
  std::vector<DecodedBeat> beats;
  double tempo = 0;           ///< beats a minute; 0 with fewer than two beats
  float tempoConfidence = 0;  ///< share of the intervals that keep to it within 4 %
  int beatsPerBar = 0;        ///< of most beats
};

DecodedBars decodeBars(std::span<const FrameEvidence> frames, double framesPerSecond,
                       const BarDecoderOptions& options);

struct BarWeights;

/// The same with other weights than the usual ones. @param weights bar_model.h
DecodedBars decodeBars(std::span<const FrameEvidence> frames, double framesPerSecond,
                       const BarDecoderOptions& options, const BarWeights& weights);

}  // namespace divisi::beats
