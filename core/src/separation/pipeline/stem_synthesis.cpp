#include "separation/pipeline/stem_synthesis.h"

#include <algorithm>
#include <utility>

#include "base/integers.h"

namespace divisi::separation {

StemSynthesis::StemSynthesis(const SeparationDocument& document, const SeparationSettings& settings,
                             const RunStart& start, int channelCount, std::vector<size_t> stems,
                             audio::Stft& stft)
    : stems_(std::move(stems)),
      chunkColumns_(settings.chunking.columns),
      fade_(settings.chunking.fade()),
      row_(static_cast<size_t>(document.bins) * 2),
      hop_(document.hop),
      padFrames_(settings.padFrames),
      firstColumn_(static_cast<int64_t>(start.firstChunk) * settings.chunking.hop),
      keptColumn_(start.keptColumn),
      spectral_(document, settings, start.keptColumn, channelCount, stft),
      carried_(stems_.size()),
      rendered_(firstColumn_),
      covered_(firstColumn_) {}

bool StemSynthesis::allocate() {
  bool ok = spectral_.allocate(stems_.size());
  const size_t count = size(fade_) * row_;
  for (FloatBuffer& carried : carried_) {
    carried = FloatBuffer(count);
    ok = ok && carried.size() == count;
  }
  return ok;
}

Status StemSynthesis::add(const ChunkAnalysis& mix, ChunkEstimator& estimator, int64_t firstColumn,
                          int64_t endColumn) {
  const int64_t begin = rendered_;
  covered_ = firstColumn + chunkColumns_;
  for (size_t i = 0; i < stems_.size(); ++i) {
    float* estimate = estimator.stem(stems_[i]).data();
    float* fresh = estimate + size(begin - firstColumn) * row_;
    if (begin != firstColumn_) join(fresh, carried_[i].data(), mix.columns() - begin);
    Status status = spectral_.render(i, mix, fresh, begin, endColumn);
    if (!status.ok()) return status;
    const size_t columns = size(std::min(covered_ - endColumn, fade_));
    std::copy_n(estimate + size(endColumn - firstColumn) * row_, columns * row_,
                carried_[i].data());
  }
  rendered_ = endColumn;
  truncate(mix.taken());
  return {};
}

void StemSynthesis::join(float* estimate, const float* carried, int64_t columns) const {
  const int64_t count = std::min(fade_, columns);
  for (int64_t i = 0; i < count; ++i, estimate += row_, carried += row_) {
    const float fresh = (static_cast<float>(i) + 0.5F) / static_cast<float>(fade_);
    for (size_t n = 0; n < row_; ++n) estimate[n] = carried[n] + fresh * (estimate[n] - carried[n]);
  }
}

Status StemSynthesis::finish(const ChunkAnalysis& mix) {
  const int64_t end = mix.columns();
  if (rendered_ >= end) return {};
  for (size_t i = 0; i < stems_.size(); ++i) {
    Status status = spectral_.render(i, mix, carried_[i].data(), rendered_, end);
    if (!status.ok()) return status;
  }
  rendered_ = end;
  truncate(mix.taken());
  return {};
}

void StemSynthesis::truncate(uint64_t taken) {
  if (rendered_ <= keptColumn_) return;
  const auto complete = static_cast<uint64_t>(rendered_ * hop_ - padFrames_);
  const auto surplus = static_cast<size_t>(complete - std::min(complete, taken));
  for (size_t i = 0; i < stems_.size(); ++i) {
    spectral_.ready(i).truncate(spectral_.ready(i).frames() - surplus);
  }
}

}  // namespace divisi::separation
