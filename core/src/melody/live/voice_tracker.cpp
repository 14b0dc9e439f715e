#include "melody/live/voice_tracker.h"

#include <algorithm>
#include <cmath>

namespace divisi::melody {
namespace {

constexpr float kVoiced = 0.5F;
// Semitones between two frames of one pitch: a fast glide is more.
constexpr double kSteady = 0.6;
// Semitones from a note's pitch that are another note: half of one, and some more to stay.
constexpr double kAway = 0.65;
// A dip that the level comes back from; what a vibrato or two voices do to it is less.
constexpr float kDipDb = 9;
// A frame's level is that of 32 ms: sooner, the note itself is still beginning.
constexpr size_t kLeastFrames = 5;

}  // namespace

std::span<const NoteChange> VoiceTracker::add(const PitchFrame& frame) {
  changed_ = 0;
  std::shift_right(frames_.begin(), frames_.end(), 1);
  frames_[0] = {.pitch = frame.hz > 0 ? midiOf(frame.hz) : 0,
                .confidence = frame.confidence,
                .levelDb = frame.levelDb,
                .voiced = frame.confidence >= kVoiced};
  ++count_;
  if (note_) {
    follow();
  } else if (count_ > 1 && last(0).voiced && last(1).voiced &&
             std::abs(last(0).pitch - last(1).pitch) < kSteady) {
    begin(1);
  }
  return {changes_.data(), changed_};
}

std::span<const NoteChange> VoiceTracker::finish() {
  changed_ = 0;
  if (note_) end(note_->lastVoiced + 1);
  return {changes_.data(), changed_};
}

void VoiceTracker::follow() {
  const Frame& now = last(0);
  const uint64_t index = count_ - 1;
  if (!now.voiced) {
    if (index - note_->lastVoiced >= kSilentFrames) end(note_->lastVoiced + 1);
    return;
  }
  note_->lastVoiced = index;
  if (isAway()) {
    end(index + 1 - kAwayFrames);
    begin(kAwayFrames - 1);
  } else if (isStruckAgain()) {
    end(index);
    begin(0);
  }
}

bool VoiceTracker::isAway() const {
  const auto newest = std::span(frames_).first(kAwayFrames);
  return std::ranges::all_of(newest, [&](const Frame& each) {
    return each.voiced && std::abs(each.pitch - note_->pitch) > kAway &&
           std::abs(each.pitch - last(0).pitch) < kSteady;
  });
}

bool VoiceTracker::isStruckAgain() const {
  const auto age = static_cast<size_t>(
      std::min<uint64_t>(count_ - note_->begin, static_cast<uint64_t>(kDipFrames)));
  if (age <= kLeastFrames) return false;
  // A decay is a fall without a rise, and a swell a rise without a fall.
  float before = last(age - 1).levelDb;
  float lowest = before;
  for (size_t ago = age - 1; ago-- > 1;) {
    const float level = last(ago).levelDb;
    if (level < lowest) lowest = level;
    if (level > before && level - lowest < kDipDb) before = lowest = level;
  }
  return before - lowest > kDipDb && last(0).levelDb - lowest > kDipDb;
}

void VoiceTracker::begin(size_t ago) {
  // The newest frame has left the onset furthest behind.
  const Frame& now = last(0);
  const uint64_t frame = count_ - 1 - ago;
  note_ = {
      .pitch = static_cast<int>(std::lround(now.pitch)), .begin = frame, .lastVoiced = count_ - 1};
  changes_[changed_++] = {.frame = frame,
                          .pitch = note_->pitch,
                          .velocity = static_cast<int>(velocityOf(now.levelDb)),
                          .confidence = now.confidence};
}

void VoiceTracker::end(uint64_t frame) {
  changes_[changed_++] = {.frame = frame, .pitch = note_->pitch};
  note_.reset();
}

}  // namespace divisi::melody
