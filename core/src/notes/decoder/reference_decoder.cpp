#include "notes/decoder/reference_decoder.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/text.h"

namespace divisi::notes {
namespace {

constexpr float kWhole = 65535;
// The package's settings, which its command line has.
constexpr uint16_t kOnset = 32768;   // 0.5
constexpr uint16_t kSounds = 19661;  // 0.3
constexpr size_t kMinColumns = 11;
constexpr size_t kTolerance = 11;
// Its times: model_frames_to_time. Frames are taken to lie 256 samples apart, and what that leaves
// over a window to be lost at its end, where a number that is found to fit is added.
constexpr double kColumnSeconds = 256.0 / 22050;
constexpr size_t kWindowColumns = 172;
constexpr double kWindowLate = kColumnSeconds * (172 - 43844.0 / 256) + 0.0018;

uint16_t quantised(float value) {
  return static_cast<uint16_t>(std::lround(std::clamp(value, 0.0F, 1.0F) * kWhole));
}

double secondsOf(size_t column) {
  const size_t window = column / kWindowColumns;
  return static_cast<double>(column) * kColumnSeconds - kWindowLate * static_cast<double>(window);
}

}  // namespace

bool ReferenceDecoder::add(std::span<const float> note, std::span<const float> onset,
                           std::span<const float> contour) {
  std::ranges::transform(note, row_.begin(), quantised);
  if (!notes_.append(row_)) return false;
  std::ranges::transform(onset, row_.begin(), quantised);
  if (!onsets_.append(row_)) return false;
  for (size_t pitch = 0; pitch < pitches_; ++pitch) {
    bendRow_[pitch] = static_cast<int8_t>(bend_.bins(contour, pitch));
  }
  return bends_.append(bendRow_);
}

Result<std::vector<Note>> ReferenceDecoder::finish(size_t columns) {
  columns_ = std::min(columns, notes_.size() / pitches_);
  if (columns_ < 3) return std::vector<Note>();
  if (!left_.append(notes_.span().first(columns_ * pitches_))) return outOfMemory("notes");
  inferOnsets();
  followOnsets();
  for (size_t column = 0; column < columns_; ++column) {
    const uint16_t* const row = left_.data() + column * pitches_;
    if (!highest_.append(*std::max_element(row, row + pitches_))) return outOfMemory("notes");
  }
  followRest();
  std::ranges::sort(found_, [](const Span& a, const Span& b) {
    return std::pair(a.start, a.pitch) < std::pair(b.start, b.pitch);
  });
  std::vector<Note> notes;
  for (const Span& span : found_) notes.push_back(noteOf(span));
  return notes;
}

void ReferenceDecoder::inferOnsets() {
  // A rise over one column and over two, scaled so that the highest is as high as the highest
  // onset.
  const size_t width = pitches_;
  const auto riseAt = [&](size_t i) {
    const int now = notes_.data()[i];
    return std::max(0, now - std::max<int>(notes_.data()[i - width], notes_.data()[i - 2 * width]));
  };
  const size_t end = columns_ * width;
  const uint16_t highest = *std::max_element(onsets_.data(), onsets_.data() + end);
  int highestRise = 0;
  for (size_t i = 2 * width; i < end; ++i) highestRise = std::max(highestRise, riseAt(i));
  if (highestRise == 0) return;
  const double scale = static_cast<double>(highest) / highestRise;
  for (size_t i = 2 * width; i < end; ++i) {
    const auto inferred = static_cast<uint16_t>(std::lround(riseAt(i) * scale));
    onsets_.data()[i] = std::max(onsets_.data()[i], inferred);
  }
}

bool ReferenceDecoder::isOnset(size_t column, size_t pitch) const {
  const uint16_t* const at = onsets_.data() + column * pitches_ + pitch;
  return *at >= kOnset && *at > *(at - pitches_) && *at > *(at + pitches_);
}

void ReferenceDecoder::followOnsets() {
  const size_t last = columns_ - 1;
  for (size_t start = last; start-- > 1;) {
    for (size_t pitch = pitches_; pitch-- > 0;) {
      if (!isOnset(start, pitch)) continue;
      size_t end = start + 1;
      size_t quiet = 0;
      for (; end < last && quiet < kTolerance; ++end) {
        quiet = left_.data()[end * pitches_ + pitch] < kSounds ? quiet + 1 : 0;
      }
      end -= quiet;
      if (end - start <= kMinColumns) continue;
      const size_t low = pitch - std::min<size_t>(pitch, 1);
      const size_t high = std::min(pitch + 2, pitches_);
      for (size_t column = start; column < end; ++column) {
        uint16_t* const row = left_.data() + column * pitches_;
        std::fill(row + low, row + high, uint16_t{0});
      }
      found_.push_back({.start = start, .end = end, .pitch = pitch});
    }
  }
}

bool ReferenceDecoder::takeColumn(size_t column, size_t pitch) {
  uint16_t* const row = left_.data() + column * pitches_;
  const bool quiet = row[pitch] < kSounds;
  std::fill(row + pitch - std::min<size_t>(pitch, 1), row + std::min(pitch + 2, pitches_),
            uint16_t{0});
  highest_.data()[column] = *std::max_element(row, row + pitches_);
  return quiet;
}

void ReferenceDecoder::followRest() {
  const size_t last = columns_ - 1;
  for (;;) {
    const uint16_t* const top = std::max_element(highest_.data(), highest_.data() + columns_);
    if (*top <= kSounds) return;
    const auto middle = static_cast<size_t>(top - highest_.data());
    uint16_t* const row = left_.data() + middle * pitches_;
    const auto pitch = static_cast<size_t>(std::max_element(row, row + pitches_) - row);
    row[pitch] = 0;
    highest_.data()[middle] = *std::max_element(row, row + pitches_);
    size_t quiet = 0;
    size_t end = middle + 1;
    for (; end < last && quiet < kTolerance; ++end) {
      quiet = takeColumn(end, pitch) ? quiet + 1 : 0;
    }
    end -= 1 + quiet;
    quiet = 0;
    size_t start = middle;
    while (start > 1 && quiet < kTolerance) {
      --start;
      quiet = takeColumn(start, pitch) ? quiet + 1 : 0;
    }
    // Where nothing could be looked at, the original's start lies at the middle, too.
    start += quiet;
    if (end > start + kMinColumns) found_.push_back({.start = start, .end = end, .pitch = pitch});
  }
}

Note ReferenceDecoder::noteOf(const Span& span) const {
  Note note = {.start = secondsOf(span.start),
               .end = secondsOf(span.end),
               .pitch = static_cast<int>(span.pitch)};
  double sum = 0;
  for (size_t column = span.start; column < span.end; ++column) {
    const size_t at = column * pitches_ + span.pitch;
    sum += notes_.data()[at];
    note.bends.push_back(static_cast<float>(bends_.data()[at]) / kContourBins);
  }
  note.amplitude = static_cast<float>(sum / static_cast<double>(span.end - span.start)) / kWhole;
  note.confidence = note.amplitude;
  return note;
}

}  // namespace divisi::notes
