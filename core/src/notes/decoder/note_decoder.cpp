#include "notes/decoder/note_decoder.h"

#include <algorithm>
#include <cmath>

namespace divisi::notes {
namespace {

// Numbers of a pitch in what add() gets.
constexpr size_t kHeard = 5;
constexpr size_t kLogOdds = 2;
// The threshold of onsets at a sensitivity of 0.5, and how far 0 and 1 are from it. The first gives
// the most right notes for the fewest wrong ones on the songs that models/train/notes held back.
constexpr double kThreshold = -0.9;
constexpr double kThresholdRange = 4;
// A note sounds where its log-odds say so, or stops when they don't for some columns.
constexpr float kSounds = -0.6F;
constexpr size_t kTolerance = 6;
// So soon after it has begun, a note sounds whatever they say, and doesn't begin again.
constexpr size_t kGrace = 4;
// A bend beyond this is another note.
constexpr size_t kBendReach = 5;
constexpr float kSilent = -30;  // log-odds before the song and behind it

float probability(float logOdds) { return 1 / (1 + std::exp(-logOdds)); }

}  // namespace

NoteDecoder::NoteDecoder(const NoteDecoderOptions& options)
    : options_(options),
      threshold_(
          static_cast<float>(kThreshold + (0.5 - options.sensitivity) * 2 * kThresholdRange)),
      bend_(kBendReach),
      open_(options.pitches) {
  for (Column& column : columns_) {
    column.onset.assign(options.pitches, kSilent);
    column.sounding.assign(options.pitches, kSilent);
    column.note.assign(options.pitches, 0.0F);
    column.contour.assign(options.pitches * kContourBins, 0.0F);
  }
}

void NoteDecoder::add(std::span<const float> heard, std::span<const float> logOdds) {
  Column& column = columns_[added_ % kKept];
  for (size_t pitch = 0; pitch < options_.pitches; ++pitch) {
    const float* const of = heard.data() + pitch * kHeard;
    column.note[pitch] = of[0];
    std::copy_n(of + kHeard - kContourBins, kContourBins,
                column.contour.data() + pitch * kContourBins);
    column.onset[pitch] = logOdds[pitch * kLogOdds];
    column.sounding[pitch] = logOdds[pitch * kLogOdds + 1];
  }
  if (++added_ > kReach) judge(added_ - 1 - kReach);
}

void NoteDecoder::finish() {
  const std::vector<float> nothing(options_.pitches * kHeard);
  const std::vector<float> silent(options_.pitches * kLogOdds, kSilent);
  const size_t columns = added_;
  for (size_t i = 0; i < kReach; ++i) add(nothing, silent);
  for (size_t pitch = 0; pitch < options_.pitches; ++pitch) {
    if (open_[pitch]) close(pitch, static_cast<double>(columns));
  }
}

void NoteDecoder::judge(size_t column) {
  for (size_t pitch = options_.lowest; pitch <= options_.highest; ++pitch) {
    if (isOnset(column, pitch)) {
      std::optional<Open>& open = open_[pitch];
      const float peak = at(column).onset[pitch];
      const bool again = open && column - open->first < kGrace;
      if (again && peak <= open->peak) {
        follow(column, pitch);
        continue;
      }
      const double place = placeOf(column, pitch);
      if (open && !again) {
        close(pitch, std::min(place, static_cast<double>(open->lastSounding + 1)));
      }
      open = Open{.start = place, .first = column, .lastSounding = column, .peak = peak};
    }
    if (open_[pitch]) follow(column, pitch);
  }
}

bool NoteDecoder::isOnset(size_t column, size_t pitch) const {
  const float peak = at(column).onset[pitch];
  if (peak < threshold_) return false;
  for (size_t i = 1; i <= kReach; ++i) {
    // Before the first column lies silence.
    const bool lower = column < i || at(column - i).onset[pitch] < peak;
    if (!lower || at(column + i).onset[pitch] > peak) return false;
  }
  return true;
}

double NoteDecoder::placeOf(size_t column, size_t pitch) const {
  const float before = column == 0 ? kSilent : at(column - 1).onset[pitch];
  const float peak = at(column).onset[pitch];
  const float after = at(column + 1).onset[pitch];
  const float bend = before - 2 * peak + after;
  const float place = bend < 0 ? 0.5F * (before - after) / bend : 0;
  return std::max(0.0, static_cast<double>(column) + std::clamp(place, -0.5F, 0.5F));
}

void NoteDecoder::follow(size_t column, size_t pitch) {
  Open& open = *open_[pitch];
  const Column& heard = at(column);
  open.sum += heard.note[pitch];
  open.bends.push_back(static_cast<float>(bend_.bins(heard.contour, pitch)) / kContourBins);
  if (heard.sounding[pitch] > kSounds || column - open.first < kGrace) {
    open.lastSounding = column;
    open.soundingSum = open.sum;
  } else if (column - open.lastSounding > kTolerance) {
    close(pitch, static_cast<double>(open.lastSounding + 1));
  }
}

void NoteDecoder::close(size_t pitch, double end) {
  Open& open = *open_[pitch];
  const double columns = std::max(end - open.start, 1.0);
  open.bends.resize(std::min(open.bends.size(), static_cast<size_t>(std::lround(columns))));
  ended_.push_back({.start = open.start * options_.columnSeconds,
                    .end = (open.start + columns) * options_.columnSeconds,
                    .pitch = static_cast<int>(pitch),
                    .amplitude = static_cast<float>(
                        open.soundingSum / static_cast<double>(open.lastSounding + 1 - open.first)),
                    .confidence = probability(open.peak),
                    .bends = std::move(open.bends)});
  open_[pitch].reset();
}

}  // namespace divisi::notes
