#include "separation/pipeline/chunk_pipeline.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

namespace divisi::separation {
namespace {

// -300 dB of full scale, below any recording: keeps the gain finite for input that is all but zero.
constexpr double kLowestRms = 1e-15;

Status outOfMemory() { return {StatusCode::kOutOfMemory, "no memory for a chunk of audio"}; }

size_t size(int64_t value) {
  assert(value >= 0);
  return static_cast<size_t>(value);
}

}  // namespace

ChunkPipeline::ChunkPipeline(const SeparationDocument& document, const SeparationSettings& settings,
                             const RunStart& start, int channelCount, MaskEstimator& masks)
    : document_(document),
      settings_(settings),
      channelCount_(channelCount),
      masks_(masks),
      taken_(start.modelFrame),
      nextChunk_(start.firstChunk),
      firstMasked_(static_cast<int64_t>(start.firstChunk) * settings.chunking.hop),
      keptFrame_(start.keptColumn),
      frames_(start.firstColumn),
      emitted_(firstMasked_),
      nextStart_(firstMasked_ + settings.chunking.firstStart()),
      covered_(firstMasked_) {}

Result<std::unique_ptr<ChunkPipeline>> ChunkPipeline::create(
    const SeparationDocument& document, const SeparationSettings& settings, const RunStart& start,
    int channelCount, const std::vector<size_t>& stems, MaskEstimator& masks) {
  assert(settings.chunking.live() || settings.chunking.hop * 2 >= settings.chunking.columns);
  assert(settings.chunking.fade() >= 0);
  assert(settings.padFrames % document.hop == 0);
  std::unique_ptr<ChunkPipeline> pipeline(
      new ChunkPipeline(document, settings, start, channelCount, masks));
  auto stft = audio::Stft::create(document.fftSize, document.hop);
  if (!stft.ok()) return stft.status();
  pipeline->stft_ = std::move(stft.value());
  pipeline->stems_.resize(stems.size());
  pipeline->maskRows_.resize(stems.size());
  for (size_t i = 0; i < stems.size(); ++i) pipeline->stems_[i].index = stems[i];
  return pipeline;
}

bool ChunkPipeline::allocate() {
  constexpr size_t kBinFloats = sizeof(audio::StereoBin) / sizeof(float);
  const size_t channels = static_cast<size_t>(channelCount_);
  const size_t fftSize = static_cast<size_t>(document_.fftSize);
  spectra_ = FloatBuffer(size(settings_.chunking.needed()) * stft_->spectrum().size() * kBinFloats);
  synthesised_ = FloatBuffer(kLanes * fftSize);
  monoMasks_ = FloatBuffer(size_t{4} * static_cast<size_t>(document_.bins));
  bool ok = spectra_.size() != 0 && synthesised_.size() != 0 && monoMasks_.size() != 0 &&
            samples_.reserve(channelCount_, 4 * fftSize) &&
            samples_.pushZeros(frames_ == 0 ? size(settings_.padFrames) : 0);
  for (size_t i = 0; i < stems_.size() && ok; ++i) {
    Stem& stem = stems_[i];
    const size_t carried =
        size(settings_.chunking.fade()) * static_cast<size_t>(document_.bins) * 2;
    stem.carriedMask = FloatBuffer(carried);
    ok = stem.carriedMask.size() == carried &&
         stem.ready.reserve(channelCount_,
                            size(settings_.chunking.needed()) * static_cast<size_t>(document_.hop));
    stem.sums.resize(channels);
    for (audio::OverlapAdd& sum : stem.sums)
      ok = ok && sum.create(document_.fftSize, document_.hop);
  }
  return ok;
}

audio::StereoBin* ChunkPipeline::spectrum(int64_t frame) {
  const size_t slot = size(frame % settings_.chunking.needed());
  return reinterpret_cast<audio::StereoBin*>(spectra_.data()) + slot * stft_->spectrum().size();
}

Status ChunkPipeline::push(const float* const* channels, size_t offset, size_t frames) {
  if (spectra_.size() == 0 && !allocate()) return outOfMemory();
  taken_ += frames;
  const size_t fftSize = static_cast<size_t>(document_.fftSize);
  while (frames > 0) {
    const size_t block = std::min(frames, fftSize);
    if (!samples_.push(channels, offset, block)) return outOfMemory();
    if (Status status = analyse(true); !status.ok()) return status;
    offset += block;
    frames -= block;
  }
  return {};
}

Status ChunkPipeline::analyse(bool wait) {
  const size_t fftSize = static_cast<size_t>(document_.fftSize);
  const size_t hop = static_cast<size_t>(document_.hop);
  while (samples_.frames() >= fftSize) {
    const size_t complete = 1 + (samples_.frames() - fftSize) / hop;
    const int64_t due = nextStart_ + settings_.chunking.needed();
    const size_t wanted = std::min<size_t>(size(due - frames_), 2);
    if (wait && complete < wanted) return {};
    analyseFrames(std::min(complete, wanted));
    if (frames_ < due) continue;
    const int64_t start = nextStart_;
    nextStart_ += settings_.chunking.hop;
    const int64_t emitEnd = std::max(emitted_, start + settings_.chunking.given());
    Status status = runChunk(start, settings_.chunking.secondLook, emitEnd);
    if (!status.ok()) return status;
  }
  return {};
}

void ChunkPipeline::analyseFrames(size_t count) {
  // A channel without a partner is heard on both sides.
  const float* left = samples_.channel(0);
  const float* right = samples_.channel(channelCount_ - 1);
  const size_t next = (count - 1) * static_cast<size_t>(document_.hop);
  stft_->forward({left, right, left + next, right + next});
  const auto step = static_cast<int64_t>(count - 1);
  audio::splitFrames(stft_->spectrum(), spectrum(frames_), spectrum(frames_ + step));
  samples_.drop(count * static_cast<size_t>(document_.hop));
  frames_ += static_cast<int64_t>(count);
}

Status ChunkPipeline::completeFrames() {
  if (taken_ == 0) return {};
  if (Status status = analyse(false); !status.ok()) return status;
  const auto hop = static_cast<uint64_t>(document_.hop);
  // Every frame that reaches a sample of the song, so that the last sample is complete, too.
  const auto total =
      static_cast<int64_t>((taken_ + static_cast<uint64_t>(settings_.padFrames) + hop - 1) / hop);
  while (frames_ < total) {
    if (!samples_.pushZeros(static_cast<size_t>(document_.hop))) return outOfMemory();
    if (Status status = analyse(false); !status.ok()) return status;
  }
  return {};
}

Status ChunkPipeline::completeChunks() {
  const Chunking& chunking = settings_.chunking;
  if (chunking.live()) {
    // One more, for all that was too new.
    return emitted_ < frames_ ? runChunk(frames_ - chunking.needed(), 0, frames_) : Status();
  }
  // Frames after the last regular chunk, fewer than a chunk, or fewer than a second look has to
  // wait for.
  while (covered_ < frames_) {
    const int64_t regular = nextStart_;
    nextStart_ += chunking.hop;
    const bool last = regular + chunking.columns >= frames_;
    if (!last) {
      Status status = runChunk(regular, chunking.secondLook, nextStart_);
      if (!status.ok()) return status;
      continue;
    }
    // Disjoint chunks stay on their grid. Overlapping ones can be moved back, and look at earlier
    // frames a second time; but a song shorter than a chunk has none.
    const bool back = chunking.fade() > 0 && frames_ > chunking.columns;
    const int64_t start = back ? frames_ - chunking.columns : regular;
    Status status = runChunk(start, back ? -chunking.secondLook : chunking.secondLook, frames_);
    if (!status.ok()) return status;
  }
  if (emitted_ >= frames_) return {};
  for (size_t i = 0; i < stems_.size(); ++i) maskRows_[i] = stems_[i].carriedMask.data();
  return emitFrames(maskRows_.data(), emitted_, frames_);
}

Status ChunkPipeline::runChunk(int64_t start, int secondLook, int64_t emitEnd) {
  if (Status status = takeLevel(); !status.ok()) return status;
  if (Status status = estimateMasks(start, secondLook); !status.ok()) return status;
  for (size_t i = 0; i < stems_.size(); ++i) {
    joinWithCarried(stems_[i], start);
    maskRows_[i] = masks_.mask(stems_[i].index);
  }
  covered_ = start + settings_.chunking.columns;
  if (Status status = emitFrames(maskRows_.data(), start, emitEnd); !status.ok()) return status;

  const size_t row = static_cast<size_t>(document_.bins) * 2;
  for (Stem& stem : stems_) {
    const size_t rows = std::min(size(covered_ - emitted_), size(settings_.chunking.fade()));
    std::copy_n(masks_.mask(stem.index) + size(emitted_ - start) * row, rows * row,
                stem.carriedMask.data());
  }
  return {};
}

Status ChunkPipeline::takeLevel() {
  if (!settings_.normalise) return {};
  if (levels_.empty()) {
    return {StatusCode::kBadOption, "levels end before chunk " + std::to_string(nextChunk_)};
  }
  const double rms = std::max(levels_.front(), kLowestRms);
  gain_ = static_cast<float>(std::pow(10.0, settings_.rmsDb / 20) / rms);
  levels_.erase(levels_.begin());
  ++nextChunk_;
  return {};
}

Status ChunkPipeline::estimateMasks(int64_t start, int secondLook) {
  if (bypassed_) {
    masks_.skip();
    return {};
  }
  if (secondLook != 0 && fillNetworkInput(start + secondLook)) {
    if (Status status = masks_.look(); !status.ok()) return status;
    masks_.keep();
  }
  if (!fillNetworkInput(start)) {
    masks_.skip();
    return {};
  }
  if (Status status = masks_.look(); !status.ok()) return status;
  masks_.make(secondLook);
  return {};
}

bool ChunkPipeline::fillNetworkInput(int64_t start) {
  const size_t bins = static_cast<size_t>(document_.bins);
  float* row = masks_.input();
  bool heard = false;
  for (int64_t frame = start; frame < start + settings_.chunking.columns;
       ++frame, row += 2 * bins) {
    const int64_t source = heardAt(frame);
    if (source < 0) {
      std::fill_n(row, 2 * bins, 0.0F);
      continue;
    }
    heard = audio::scaledMagnitudes(spectrum(source), bins, gain_, row) > 0 || heard;
  }
  return heard;
}

int64_t ChunkPipeline::heardAt(int64_t frame) const {
  if (frame < frames_) return frame;
  // The newest frame is the mirror.
  return settings_.chunking.live() ? 2 * frames_ - 2 - frame : -1;
}

void ChunkPipeline::joinWithCarried(Stem& stem, int64_t start) {
  if (emitted_ == firstMasked_) return;  // the first chunk
  const size_t row = static_cast<size_t>(document_.bins) * 2;
  const int64_t fade = settings_.chunking.fade();
  float* mask = masks_.mask(stem.index) + size(emitted_ - start) * row;
  const float* carried = stem.carriedMask.data();
  for (int64_t i = 0; i < fade && emitted_ + i < frames_; ++i, mask += row, carried += row) {
    const float fresh = (static_cast<float>(i) + 0.5F) / static_cast<float>(fade);
    for (size_t n = 0; n < row; ++n) mask[n] = carried[n] + fresh * (mask[n] - carried[n]);
  }
}

Status ChunkPipeline::emitFrames(const float* const* masks, int64_t maskStart, int64_t end) {
  const size_t row = static_cast<size_t>(document_.bins) * 2;
  const int64_t begin = emitted_;
  for (size_t i = 0; i < stems_.size(); ++i) {
    // Of the chunk before the first that is wanted, only what overlaps that one.
    int64_t frame = std::max(begin, keptFrame_ - document_.fftSize / document_.hop);
    while (frame < end) {
      const size_t count = frame + 1 < end ? 2 : 1;
      Status status = emitStem(stems_[i], masks[i] + size(frame - maskStart) * row, frame, count);
      if (!status.ok()) return status;
      frame += static_cast<int64_t>(count);
    }
  }
  emitted_ = end;
  if (emitted_ <= keptFrame_) return {};
  const auto complete = emitted_ * document_.hop - settings_.padFrames;
  const uint64_t ready = std::min(static_cast<uint64_t>(complete), taken_);
  for (Stem& stem : stems_) {
    // The last frame's samples reach past the song's end.
    const uint64_t surplus = static_cast<uint64_t>(complete) - ready;
    stem.ready.truncate(stem.ready.frames() - static_cast<size_t>(surplus));
  }
  return {};
}

Status ChunkPipeline::emitStem(Stem& stem, const float* maskRow, int64_t frame, size_t count) {
  const size_t fftSize = static_cast<size_t>(document_.fftSize);
  const size_t hop = static_cast<size_t>(document_.hop);
  const int64_t second = frame + static_cast<int64_t>(count - 1);
  const float* secondRow = maskRow + (count - 1) * static_cast<size_t>(document_.bins) * 2;
  audio::joinMasked({spectrum(frame), spectrum(second)},
                    {frameMask(maskRow, 0), frameMask(secondRow, 1)},
                    static_cast<size_t>(document_.bins), stft_->spectrum());
  float* samples = synthesised_.data();
  stft_->inverse({samples, samples + fftSize, samples + 2 * fftSize, samples + 3 * fftSize});
  for (size_t i = 0; i < count; ++i, ++frame) {
    const bool kept = frame >= keptFrame_;
    if (kept && !stem.ready.extend(hop)) return outOfMemory();
    for (int c = 0; c < channelCount_; ++c) {
      float* added = samples + (2 * i + static_cast<size_t>(c)) * fftSize;
      float* out = kept ? stem.ready.tail(c, hop) : added;
      stem.sums[static_cast<size_t>(c)].add(added, out);
    }
  }
  return {};
}

audio::FrameMask ChunkPipeline::frameMask(const float* maskRow, size_t slot) {
  const size_t bins = static_cast<size_t>(document_.bins);
  if (channelCount_ == 1) {
    float* mean = monoMasks_.data() + slot * 2 * bins;
    for (size_t bin = 0; bin < bins; ++bin) {
      mean[2 * bin] = mean[2 * bin + 1] = 0.5F * (maskRow[2 * bin] + maskRow[2 * bin + 1]);
    }
    maskRow = mean;
  }
  audio::FrameMask mask{.bins = maskRow, .above = {}};
  if (settings_.extension == Extension::kUpperHalf) {
    mask.above = audio::meanMask(maskRow, bins / 2, bins);
  }
  return mask;
}

}  // namespace divisi::separation
