#include "beats/decoder/bar_decoder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "beats/decoder/bar_model.h"
#include "beats/decoder/bar_search.h"
#include "beats/decoder/level_choice.h"
#include "beats/decoder/salience.h"
#include "divisi/beats.h"

namespace divisi::beats {
namespace {

// Less than this anywhere near is silence for the network, as for the decoders of madmom.
constexpr float kAudible = 0.05F;
constexpr size_t kApart = 3;
// Intervals that the tempo around a beat is taken from, on either side.
constexpr size_t kAround = 4;
constexpr double kSameTempo = 0.04;

/// The frames from the first of a kind to the last.
template <typename IsOfKind>
std::pair<size_t, size_t> range(std::span<const FrameEvidence> frames, IsOfKind isOfKind) {
  const auto first = std::ranges::find_if(frames, isOfKind);
  if (first == frames.end()) return {0, 0};
  size_t end = frames.size();
  while (!isOfKind(frames[end - 1])) --end;
  return {static_cast<size_t>(first - frames.begin()), end};
}

/// The frames in which there can be beats: the network hears some in silence, too.
std::pair<size_t, size_t> audible(std::span<const FrameEvidence> frames) {
  const auto [heardFrom, heardTo] =
      range(frames, [](const FrameEvidence& frame) { return frame.beat >= kAudible; });
  const auto [soundFrom, soundTo] =
      range(frames, [](const FrameEvidence& frame) { return hasOnset(frame.accent); });
  // The network may be some frames late or early.
  const size_t begin = std::max(heardFrom, soundFrom - std::min(soundFrom, kApart));
  const size_t end = soundTo == 0 ? 0 : std::min(heardTo, soundTo + kApart);
  return begin < end ? std::pair(begin, end) : std::pair(size_t{0}, size_t{0});
}

/// The slope of a line through beats first to last: frames a beat.
double slope(std::span<const DecodedBeat> beats) {
  const auto n = static_cast<double>(beats.size());
  const double middle = (n - 1) / 2;
  double products = 0;
  double squares = 0;
  for (size_t i = 0; i < beats.size(); ++i) {
    const double x = static_cast<double>(i) - middle;
    products += x * beats[i].frame;
    squares += x * x;
  }
  return products / squares;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// Of the whole: from the longest stretch that keeps to the median interval, so that a break or a
/// missed beat does not bend it.
void findTempo(DecodedBars& bars, double framesPerSecond) {
  const std::vector<DecodedBeat>& beats = bars.beats;
  if (beats.size() < 2) return;
  std::vector<double> intervals;
  for (size_t i = 1; i < beats.size(); ++i) {
    intervals.push_back(beats[i].frame - beats[i - 1].frame);
  }
  const double typical = median(intervals);
  constexpr double kSteady = 0.08;  // a frame of 20 ms is 4 % of half a second
  size_t longest = 0;
  size_t end = 0;
  size_t run = 0;
  for (size_t i = 0; i < intervals.size(); ++i) {
    run = std::abs(intervals[i] / typical - 1) < kSteady ? run + 1 : 0;
    if (run > longest) {
      longest = run;
      end = i + 1;
    }
  }
  double interval = typical;
  if (longest >= 2) {
    interval = slope(std::span(beats).subspan(end - longest, longest + 1));
  }
  bars.tempo = 60 * framesPerSecond / interval;
  const auto steady = std::ranges::count_if(beats, [&](const DecodedBeat& beat) {
    return std::abs(beat.tempo / bars.tempo - 1) <= kSameTempo;
  });
  bars.tempoConfidence = static_cast<float>(steady) / static_cast<float>(beats.size());
}

void findTemposAround(std::vector<DecodedBeat>& beats, double framesPerSecond) {
  for (size_t i = 0; i < beats.size() && beats.size() > 1; ++i) {
    const size_t begin = i < kAround ? 0 : i - kAround;
    const size_t end = std::min(beats.size(), i + kAround + 1);
    beats[i].tempo = 60 * framesPerSecond / slope(std::span(beats).subspan(begin, end - begin));
  }
}

/// Where the salience around a frame peaks, between frames: the top of a parabola.
double peakNear(std::span<const Salience> frames, size_t frame) {
  if (frame == 0 || frame + 1 >= frames.size()) return static_cast<double>(frame);
  const double before = frames[frame - 1].beat;
  const double here = frames[frame].beat;
  const double after = frames[frame + 1].beat;
  const double bend = before - 2 * here + after;
  if (bend >= 0) return static_cast<double>(frame);
  return static_cast<double>(frame) + std::clamp(0.5 * (before - after) / bend, -0.5, 0.5);
}

/// One reading of a song.
struct Reading {
  std::vector<PathBeat> path;
  std::vector<DecodedBeat> beats;  ///< the same; frames are whole
  double score = 0;
};

Reading readBars(std::span<const Salience> frames, double framesPerSecond,
                 const BarDecoderOptions& options, const BarWeights& weights) {
  const BarModel model(framesPerSecond, options, weights);
  BarSearch search(model, framesPerSecond);
  for (const Salience& frame : frames) search.push(frame);
  search.finish();
  Reading reading = {.path = search.beats(), .beats = {}, .score = search.score()};
  for (const PathBeat& beat : reading.path) {
    const BarPlace& place = model.place(beat.place);
    reading.beats.push_back({.frame = static_cast<double>(beat.frame),
                             .number = place.beat + 1,
                             .beatsPerBar = place.beatsPerBar,
                             .tempo = model.tempoOf(beat.tempo),
                             .confidence = frames[static_cast<size_t>(beat.frame)].beat});
  }
  return reading;
}

/// Beats at the level of the metre that is tapped to: that of the best path, or another one.
std::vector<DecodedBeat> bestLevel(std::span<const Salience> frames, double framesPerSecond,
                                   const BarDecoderOptions& options, const BarWeights& weights) {
  const Reading first = readBars(frames, framesPerSecond, options, weights);
  // Of less there is nothing to compare.
  constexpr size_t kFewestBeats = 4;
  if (first.beats.size() < kFewestBeats) return first.beats;
  std::vector<double> tempos;
  for (const DecodedBeat& beat : first.beats) tempos.push_back(beat.tempo);
  const double tempo = median(std::move(tempos));
  const double seconds = (first.beats.back().frame - first.beats.front().frame) / framesPerSecond;
  std::vector<DecodedBeat> best = first.beats;
  double most = levelMerit(levelEvidence(frames, framesPerSecond, first.path, 0));
  for (const double level : kLevels) {
    BarDecoderOptions narrow = options;
    narrow.minTempo = std::max(options.minTempo, tempo * level / kLevelWidth);
    narrow.maxTempo = std::min(options.maxTempo, tempo * level * kLevelWidth);
    if (tempo * level < options.minTempo || tempo * level > options.maxTempo) continue;
    Reading reading = readBars(frames, framesPerSecond, narrow, weights);
    if (reading.beats.size() < kFewestBeats) continue;
    const double gained = (reading.score - first.score) / seconds;
    const double merit = levelMerit(levelEvidence(frames, framesPerSecond, reading.path, gained));
    if (merit <= most) continue;
    most = merit;
    best = std::move(reading.beats);
  }
  return best;
}

int mostFrequentBar(const std::vector<DecodedBeat>& beats) {
  std::array<int, kMostBeatsPerBar + 1> counts{};
  for (const DecodedBeat& beat : beats) ++counts[static_cast<size_t>(beat.beatsPerBar)];
  return static_cast<int>(std::ranges::max_element(counts) - counts.begin());
}

}  // namespace

DecodedBars decodeBars(std::span<const FrameEvidence> frames, double framesPerSecond,
                       const BarDecoderOptions& options) {
  return decodeBars(frames, framesPerSecond, options, BarWeights{});
}

DecodedBars decodeBars(std::span<const FrameEvidence> frames, double framesPerSecond,
                       const BarDecoderOptions& options, const BarWeights& weights) {
  DecodedBars bars;
  const auto [begin, end] = audible(frames);
  if (begin == end) return bars;
  const std::vector<Salience> all = salienceOf(frames, framesPerSecond);
  const std::span<const Salience> heard = std::span(all).subspan(begin, end - begin);
  bars.beats = bestLevel(heard, framesPerSecond, options, weights);
  for (DecodedBeat& beat : bars.beats) {
    const auto frame = static_cast<size_t>(beat.frame);
    beat.frame = static_cast<double>(begin) + peakNear(heard, frame);
  }
  findTemposAround(bars.beats, framesPerSecond);
  findTempo(bars, framesPerSecond);
  bars.beatsPerBar = bars.beats.empty() ? 0 : mostFrequentBar(bars.beats);
  return bars;
}

}  // namespace divisi::beats
