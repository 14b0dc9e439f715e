#include "notes/decoder/note_decoder.h"

#include <algorithm>
#include <cmath>

namespace divisi::notes {
namespace {

// Numbers of a pitch in what add() gets.
constexpr size_t kHeard = 5;
constexpr size_t kLogOdds = 3;
// The threshold of onsets at a sensitivity of 0.5, where as many notes are wrong as are missed, and
// how far those of 0 and 1 are from it.
constexpr double kThreshold = -1.5;
constexpr double kThresholdRange = 3;
// How much the log-odds that a note sounds count in a column, which are much like those of its
// neighbours; what is added to them; and how far they count at most.
constexpr float kSoundingWeight = 0.15F;
constexpr float kSoundingOffset = 0.5F;
constexpr float kMostSounding = 3;
// How much other notes that begin count for an end.
constexpr double kOthersWeight = 2;
// An end is sure once the sum has fallen so far behind it.
constexpr double kMargin = 8;
// A note that sounds when the song ends is less likely to end there than where others begin.
constexpr double kSongEnd = -2;
// The shortest note, and how soon after it has begun a pitch does not begin again.
constexpr size_t kShortest = 3;
constexpr size_t kGrace = 4;
// A bend beyond this is another note.
constexpr size_t kBendReach = 5;
constexpr float kSilent = -30;   // log-odds before the song and behind it
constexpr float kNoOnset = 100;  // no place within a column

float probability(float logOdds) { return 1 / (1 + std::exp(-logOdds)); }

}  // namespace

NoteDecoder::NoteDecoder(const NoteDecoderOptions& options)
    : options_(options),
      threshold_(
          static_cast<float>(kThreshold + (0.5 - options.sensitivity) * 2 * kThresholdRange)),
      bend_(kBendReach),
      open_(options.pitches) {
  for (Column& column : columns_) {
    for (auto* odds : {&column.onset, &column.sounding, &column.end}) {
      odds->assign(options.pitches, kSilent);
    }
    column.note.assign(options.pitches, 0.0F);
    column.contour.assign(options.pitches * kContourBins, 0.0F);
    column.place.assign(options.pitches, kNoOnset);
  }
}

void NoteDecoder::add(std::span<const float> heard, std::span<const float> logOdds) {
  Column& column = at(added_);
  for (size_t pitch = 0; pitch < options_.pitches; ++pitch) {
    const float* const of = heard.data() + pitch * kHeard;
    column.note[pitch] = of[0];
    std::copy_n(of + kHeard - kContourBins, kContourBins,
                column.contour.data() + pitch * kContourBins);
    const float* const odds = logOdds.data() + pitch * kLogOdds;
    column.onset[pitch] = odds[0];
    column.sounding[pitch] = odds[1];
    column.end[pitch] = odds[2];
  }
  ++added_;
  if (added_ > kReach) findOnsets(added_ - 1 - kReach);
  if (added_ > 2 * kReach) followNotes(added_ - 1 - 2 * kReach);
}

void NoteDecoder::finish() {
  const std::vector<float> nothing(options_.pitches * kHeard);
  const std::vector<float> silent(options_.pitches * kLogOdds, kSilent);
  const size_t columns = added_;
  for (size_t i = 0; i < 2 * kReach; ++i) add(nothing, silent);
  for (size_t pitch = 0; pitch < options_.pitches; ++pitch) {
    if (!open_[pitch]) continue;
    considerEnd(*open_[pitch], columns, open_[pitch]->sounding + kSongEnd);
    close(pitch);
  }
}

void NoteDecoder::findOnsets(size_t column) {
  size_t count = 0;
  for (size_t pitch = options_.lowest; pitch <= options_.highest; ++pitch) {
    const bool onset = isOnset(column, pitch);
    at(column).place[pitch] = onset ? placeOf(column, pitch) : kNoOnset;
    count += onset ? 1 : 0;
  }
  begun_[column % kKept] = count;
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

float NoteDecoder::placeOf(size_t column, size_t pitch) const {
  const float before = column == 0 ? kSilent : at(column - 1).onset[pitch];
  const float peak = at(column).onset[pitch];
  const float after = at(column + 1).onset[pitch];
  const float curve = before - 2 * peak + after;
  return curve < 0 ? std::clamp(0.5F * (before - after) / curve, -0.5F, 0.5F) : 0;
}

double NoteDecoder::othersBegin(size_t column) const {
  constexpr std::array<double, kReach + 1> kByDistance = {1, 0.7, 0.3};
  double sum = 0;
  for (size_t i = 0; i <= kReach; ++i) {
    const size_t behind = begun_[(column + i) % kKept];
    const size_t before = i > 0 && column >= i ? begun_[(column - i) % kKept] : 0;
    sum += kByDistance[i] * static_cast<double>(behind + before);
  }
  return kOthersWeight * std::log1p(sum);
}

void NoteDecoder::followNotes(size_t column) {
  const double others = othersBegin(column);
  for (size_t pitch = options_.lowest; pitch <= options_.highest; ++pitch) {
    std::optional<Open>& open = open_[pitch];
    const float place = at(column).place[pitch];
    const float peak = at(column).onset[pitch];
    const bool again = open && column - open->first < kGrace;
    if (place != kNoOnset && (!again || peak > open->peak)) {
      if (open && !again) {
        considerEnd(*open, column, open->sounding);
        close(pitch);
      }
      open = Open{.start = std::max(0.0, static_cast<double>(column) + place),
                  .first = column,
                  .peak = peak};
    }
    if (open) follow(*open, column, pitch, others);
    if (open && open->bestEnd > 0 && open->sounding < open->soundingAtBest - kMargin) close(pitch);
  }
}

void NoteDecoder::considerEnd(Open& open, size_t column, double score) {
  if (column < open.first + kShortest) return;
  if (open.bestEnd > 0 && score <= open.bestScore) return;
  open.bestScore = score;
  open.bestEnd = column;
  open.soundingAtBest = open.sounding;
  open.amplitudeAtBest = open.amplitude;
}

void NoteDecoder::follow(Open& open, size_t column, size_t pitch, double others) {
  const Column& heard = at(column);
  considerEnd(open, column, open.sounding + heard.end[pitch] + others);
  open.sounding += kSoundingWeight * std::clamp(heard.sounding[pitch] + kSoundingOffset,
                                                -kMostSounding, kMostSounding);
  open.amplitude += heard.note[pitch];
  open.bends.push_back(static_cast<float>(bend_.bins(heard.contour, pitch)) / kContourBins);
}

void NoteDecoder::close(size_t pitch) {
  Open& open = *open_[pitch];
  if (open.bestEnd == 0) {  // of a song that ends as the note begins
    open.bestEnd = open.first + open.bends.size();
    open.amplitudeAtBest = open.amplitude;
  }
  const size_t columns = open.bestEnd - open.first;
  open.bends.resize(std::min(open.bends.size(), columns));
  const double end = std::max(static_cast<double>(open.bestEnd), open.start + 1);
  ended_.push_back(
      {.start = open.start * options_.columnSeconds,
       .end = end * options_.columnSeconds,
       .pitch = static_cast<int>(pitch),
       .amplitude = static_cast<float>(open.amplitudeAtBest / static_cast<double>(columns)),
       .confidence = probability(open.peak),
       .bends = std::move(open.bends)});
  open_[pitch].reset();
}

}  // namespace divisi::notes
