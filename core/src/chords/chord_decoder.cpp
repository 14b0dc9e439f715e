#include "chords/chord_decoder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace divisi::chords {
namespace {

constexpr size_t kBassNotes = 13;
constexpr int kNotes = 12;
// A probability of 0 must have a logarithm.
constexpr float kSmallest = 1e-9F;

struct Shorthand {
  std::string_view name;
  std::array<int, 4> degrees;
  size_t count;
};

// Harte, "Towards automatic extraction of harmony information from music signals", 2010, table 3.1.
constexpr Shorthand kShorthands[] = {
    {"maj", {0, 4, 7}, 3},       {"min", {0, 3, 7}, 3},        {"dim", {0, 3, 6}, 3},
    {"aug", {0, 4, 8}, 3},       {"sus2", {0, 2, 7}, 3},       {"sus4", {0, 5, 7}, 3},
    {"maj6", {0, 4, 7, 9}, 4},   {"min6", {0, 3, 7, 9}, 4},    {"7", {0, 4, 7, 10}, 4},
    {"maj7", {0, 4, 7, 11}, 4},  {"min7", {0, 3, 7, 10}, 4},   {"dim7", {0, 3, 6, 9}, 4},
    {"hdim7", {0, 3, 6, 10}, 4}, {"minmaj7", {0, 3, 7, 11}, 4}};

}  // namespace

ChordNotes chordNotes(const std::string& label) {
  constexpr std::string_view kLetters = "C D EF G A B";
  const size_t colon = label.find(':');
  if (colon == std::string::npos) return {};
  const size_t letter = kLetters.find(label[0]);
  if (letter == std::string_view::npos || label[0] == ' ') return {};
  ChordNotes chord = {.root = static_cast<int>(letter)};
  for (const char sign : std::string_view(label).substr(1, colon - 1)) {
    if (sign != '#' && sign != 'b') return {};
    chord.root = (chord.root + (sign == '#' ? 1 : kNotes - 1)) % kNotes;
  }
  for (const auto& [name, degrees, count] : kShorthands) {
    if (name != std::string_view(label).substr(colon + 1)) continue;
    chord.degrees.assign(degrees.begin(), degrees.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return chord;
}

ChordDecoder::ChordDecoder(const ChordDocument& document)
    : stay_(std::log(document.stay)),
      change_(std::log(document.change)),
      noChord_(document.noChord),
      scores_(document.labels.size()),
      next_(document.labels.size()) {
  for (const std::string& label : document.labels) notes_.push_back(chordNotes(label));
}

bool ChordDecoder::add(std::span<const float> chords, std::span<const float> bass, bool silent) {
  const size_t labels = scores_.size();
  std::vector<uint8_t> from(labels);
  std::vector<uint8_t> probabilities(labels);
  const auto best = static_cast<size_t>(std::ranges::max_element(scores_) - scores_.begin());
  for (size_t label = 0; label < labels; ++label) {
    float probability = chords[label];
    if (silent) probability = label == noChord_ ? 1 : 0;
    const double stayed = scores_[label] + stay_;
    const double changed = scores_[best] + change_;
    from[label] = static_cast<uint8_t>(stayed >= changed || label == best ? label : best);
    next_[label] = (from[label] == label ? stayed : changed) +
                   static_cast<double>(std::log(std::max(probability, kSmallest)));
    probabilities[label] = static_cast<uint8_t>(std::lround(255 * probability));
  }
  scores_.swap(next_);
  std::array<float, kBassNotes> logarithms{};
  for (size_t note = 0; note < kBassNotes; ++note) {
    logarithms[note] = std::log(std::max(bass[note], kSmallest));
  }
  return from_.append(from) && probabilities_.append(probabilities) && bass_.append(logarithms);
}

std::vector<uint8_t> ChordDecoder::bestPath() const {
  const size_t labels = scores_.size();
  std::vector<uint8_t> path(from_.size() / labels);
  auto label = static_cast<size_t>(std::ranges::max_element(scores_) - scores_.begin());
  for (size_t frame = path.size(); frame-- > 0;) {
    path[frame] = static_cast<uint8_t>(label);
    label = from_.data()[frame * labels + label];
  }
  return path;
}

int ChordDecoder::bassOf(size_t first, size_t end, const ChordNotes& chord) const {
  if (chord.root < 0) return -1;
  // The geometric mean over the chord's frames.
  std::array<double, kBassNotes> sums{};
  for (size_t frame = first; frame < end; ++frame) {
    for (size_t note = 0; note < kBassNotes; ++note) {
      sums[note] += static_cast<double>(bass_.data()[frame * kBassNotes + note]);
    }
  }
  const auto bass = static_cast<int>(std::ranges::max_element(sums) - sums.begin());
  const int degree = (bass - chord.root + kNotes) % kNotes;
  const bool isNote =
      bass < kNotes && std::ranges::find(chord.degrees, degree) != chord.degrees.end();
  return isNote ? bass : chord.root;
}

std::vector<Event> ChordDecoder::finish(double frameSeconds, double seconds) const {
  std::vector<Event> chords;
  const size_t labels = scores_.size();
  const std::vector<uint8_t> path = bestPath();
  for (size_t first = 0; first < path.size();) {
    const uint8_t label = path[first];
    size_t end = first;
    double sum = 0;
    while (end < path.size() && path[end] == label) {
      sum += probabilities_.data()[end++ * labels + label] / 255.0;
    }
    const bool last = end == path.size();
    chords.push_back({.start = static_cast<double>(first) * frameSeconds,
                      .end = last ? seconds : static_cast<double>(end) * frameSeconds,
                      .label = label,
                      .value = static_cast<float>(bassOf(first, end, notes_[label])),
                      .confidence = static_cast<float>(sum / static_cast<double>(end - first))});
    first = end;
  }
  return chords;
}

}  // namespace divisi::chords
