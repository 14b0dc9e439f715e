#include "sections/features/song_rows.h"

#include <algorithm>

#include "base/text.h"

namespace divisi::sections {
namespace {

// Windows of 0.37 s for partials, of 93 ms for timbre.
constexpr audio::SpectralPeakOptions kPeakOptions = {.sampleRate = kSampleRate};
// Four mel frames a frame of partials, and decibels above -60 dB.
constexpr audio::MelOptions kMelOptions = {.sampleRate = kSampleRate,
                                           .fftSize = 2048,
                                           .hop = 1024,
                                           .bands = kBands,
                                           .minHz = 30,
                                           .maxHz = 10000,
                                           .logScale = 1e6,
                                           .logOffset = 1};
constexpr size_t kMelPerFrame = 4;
constexpr float kDecibels = 10;
constexpr float kMaxHz = 2000;

}  // namespace

Result<std::unique_ptr<SongRows>> SongRows::create() {
  std::unique_ptr<SongRows> song(new SongRows);
  auto peaks = audio::SpectralPeaks::create(kPeakOptions);
  if (!peaks.ok()) return peaks.status();
  song->peaks_ = std::move(peaks.value());
  auto mel = audio::MelSpectrum::create(kMelOptions);
  if (!mel.ok()) return mel.status();
  song->mel_ = std::move(mel.value());
  song->rows_ = FloatBuffer(kMostRows * kWidth);
  if (!song->rows_) return outOfMemory("the sections of the song");
  return song;
}

bool SongRows::push(const float* samples, size_t count) {
  // In pieces, so that neither queue grows with the block.
  constexpr size_t kPiece = 16384;
  for (size_t begin = 0; begin < count; begin += kPiece) {
    const size_t length = std::min(kPiece, count - begin);
    if (!mel_->push(samples + begin, length)) return false;
    if (!peaks_->push(samples + begin, length)) return false;
    takeFrames();
  }
  return true;
}

bool SongRows::finish() {
  if (!mel_->finish() || !peaks_->finish()) return false;
  takeFrames();
  return true;
}

double SongRows::rowSeconds() const {
  return static_cast<double>(framesPerRow_) * peaks_->hopSeconds();
}

double SongRows::secondsOf(size_t row) const {
  // Frames are centred on multiples of the hop.
  return (static_cast<double>(row * framesPerRow_) - 0.5) * peaks_->hopSeconds();
}

void SongRows::takeFrames() {
  while (peaks_->next()) {
    tuning_.add(peaks_->peaks());
    if (tuning_.heard()) {
      heard_ = true;
      audio::addPartials(peaks_->peaks(), kMaxHz, partialSums_);
    }
    ++frames_;
    takeMel();
    if (frames_ == framesPerRow_) closeRow();
  }
}

void SongRows::takeMel() {
  // Those around the frame's centre; before the first there are none.
  const bool atStart = count_ == 0;
  const size_t end = kMelPerFrame * frames_ - (atStart ? kMelPerFrame / 2 : 0);
  std::array<float, kBands> frame;
  for (; melFrames_ < end && mel_->pull(frame.data()); ++melFrames_) {
    for (size_t band = 0; band < kBands; ++band) melSums_[band] += kDecibels * frame[band];
  }
}

void SongRows::closeRow() {
  float* row = rows_.data() + count_ * kWidth;
  const auto share = 1 / static_cast<float>(frames_);
  for (const float sum : partialSums_) *row++ = share * sum;
  const auto melShare = 1 / static_cast<float>(std::max<size_t>(melFrames_, 1));
  for (const float sum : melSums_) *row++ = melShare * sum;
  frames_ = melFrames_ = 0;
  partialSums_ = {};
  melSums_ = {};
  if (++count_ == kMostRows) halve();
}

void SongRows::halve() {
  float* out = rows_.data();
  const float* in = rows_.data();
  for (size_t row = 0; row < kMostRows / 2; ++row, in += kWidth) {
    for (size_t i = 0; i < kWidth; ++i, ++in) *out++ = 0.5F * (in[0] + in[kWidth]);
  }
  count_ = kMostRows / 2;
  framesPerRow_ *= 2;
}

}  // namespace divisi::sections
