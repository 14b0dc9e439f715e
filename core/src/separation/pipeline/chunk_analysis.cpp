#include "separation/pipeline/chunk_analysis.h"

#include <algorithm>
#include <cstdlib>

#include "base/integers.h"

namespace divisi::separation {

ChunkAnalysis::ChunkAnalysis(const SeparationDocument& document, const SeparationSettings& settings,
                             const RunStart& start, int channelCount, audio::Stft& stft)
    : chunking_(settings.chunking),
      hop_(document.hop),
      fftSize_(document.fftSize),
      padFrames_(settings.padFrames),
      channelCount_(channelCount),
      stft_(stft),
      heard_(static_cast<size_t>(chunking_.columns + chunking_.secondLook)),
      taken_(start.modelFrame),
      columns_(start.firstColumn) {}

bool ChunkAnalysis::allocate() {
  constexpr size_t kBinFloats = sizeof(audio::StereoBin) / sizeof(float);
  spectra_ = FloatBuffer(size(chunking_.needed()) * stft_.spectrum().size() * kBinFloats);
  return spectra_ && samples_.reserve(channelCount_, 4 * size(fftSize_)) &&
         samples_.pushZeros(columns_ == 0 ? size(padFrames_) : 0);
}

bool ChunkAnalysis::push(const float* const* channels, size_t offset, size_t frames) {
  taken_ += frames;
  return samples_.push(channels, offset, frames);
}

bool ChunkAnalysis::pushSilence() { return samples_.pushZeros(size(hop_)); }

bool ChunkAnalysis::advance(int64_t due, bool wait) {
  while (columns_ < due && samples_.frames() >= size(fftSize_)) {
    const size_t complete = 1 + (samples_.frames() - size(fftSize_)) / size(hop_);
    const size_t wanted = std::min<size_t>(size(due - columns_), 2);
    if (wait && complete < wanted) return false;
    transform(std::min(complete, wanted));
  }
  return columns_ >= due;
}

void ChunkAnalysis::transform(size_t count) {
  const float* left = samples_.channel(0);
  const float* right = samples_.channel(channelCount_ - 1);
  const size_t next = (count - 1) * size(hop_);
  stft_.forward({left, right, left + next, right + next});
  const auto step = static_cast<int64_t>(count - 1);
  audio::splitFrames(stft_.spectrum(), slot(columns_), slot(columns_ + step));
  samples_.drop(count * size(hop_));
  columns_ += static_cast<int64_t>(count);
}

int64_t ChunkAnalysis::columnsOfSong() const {
  return (static_cast<int64_t>(taken_) + padFrames_ + hop_ - 1) / hop_;
}

audio::StereoBin* ChunkAnalysis::slot(int64_t column) {
  const size_t slot = size(column % chunking_.needed());
  return reinterpret_cast<audio::StereoBin*>(spectra_.data()) + slot * stft_.spectrum().size();
}

const audio::StereoBin* ChunkAnalysis::column(int64_t column) const {
  const size_t slot = size(column % chunking_.needed());
  return reinterpret_cast<const audio::StereoBin*>(spectra_.data()) +
         slot * stft_.spectrum().size();
}

int64_t ChunkAnalysis::heardAt(int64_t column) const {
  if (column < columns_) return column;
  // The newest column is the mirror.
  return chunking_.live() ? 2 * columns_ - 2 - column : -1;
}

Chunk ChunkAnalysis::chunk(int64_t start, int secondLook, float gain) {
  const int first = std::max(-secondLook, 0);
  const size_t count = size(chunking_.columns) + size(std::abs(secondLook));
  for (size_t i = 0; i < count; ++i) {
    const int64_t heard = heardAt(start - first + static_cast<int64_t>(i));
    heard_[i] = heard < 0 ? nullptr : column(heard);
  }
  return {
      .columns = {heard_.data(), count}, .first = first, .secondLook = secondLook, .gain = gain};
}

}  // namespace divisi::separation
