#include "separation/stem_resampling.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "task/checked_stream.h"

namespace divisi::separation {

Result<std::unique_ptr<StemResampling>> StemResampling::create(size_t count, int channelCount,
                                                               int modelRate, int inputRate) {
  std::unique_ptr<StemResampling> result(new StemResampling);
  result->stems_.resize(count);
  const auto block =
      static_cast<size_t>(audio::resampledLength(task::kBlockFrames, modelRate, inputRate));
  for (Stem& stem : result->stems_) {
    auto resampler = audio::Resampler::create(channelCount, modelRate, inputRate);
    if (!resampler.ok()) return resampler.status();
    stem.resampler = std::move(resampler.value());
    if (!stem.ready.reserve(channelCount, 2 * block + task::kBlockFrames)) {
      return outOfMemory("audio");
    }
  }
  return result;
}

Status StemResampling::start(const RunStart& start) {
  alignedFrame_ = start.alignedFrame;
  surplus_ = start.outputFrame - start.alignedFrame;
  // Silence takes the place of what lies before the first frame: the resampler has to start at a
  // multiple of its period.
  const auto before = static_cast<size_t>(start.stemModelFrame - start.alignedModelFrame);
  const std::vector<float> silence(std::min(before, task::kBlockFrames));
  for (Stem& stem : stems_) {
    const std::vector<const float*> channels(static_cast<size_t>(stem.ready.channelCount()),
                                             silence.data());
    for (size_t left = before; left > 0;) {
      const size_t frames = std::min(left, task::kBlockFrames);
      Status status = stem.resampler->push(channels.data(), 0, frames, stem.ready);
      if (!status.ok()) return status;
      left -= frames;
    }
  }
  return {};
}

Status StemResampling::push(size_t stem, const float* const* channels, size_t frames) {
  return stems_[stem].resampler->push(channels, 0, frames, stems_[stem].ready);
}

Status StemResampling::finish(uint64_t inputEnd) {
  const uint64_t frames = inputEnd - std::min(inputEnd, alignedFrame_);
  for (Stem& stem : stems_) {
    if (Status status = stem.resampler->finish(frames, stem.ready); !status.ok()) return status;
  }
  return {};
}

size_t StemResampling::ready() {
  const size_t frames = stems_.front().ready.frames();
  const auto surplus = static_cast<size_t>(std::min<uint64_t>(surplus_, frames));
  if (surplus > 0) {
    drop(surplus);
    surplus_ -= surplus;
  }
  return frames - surplus;
}

void StemResampling::drop(size_t frames) {
  for (Stem& stem : stems_) stem.ready.drop(frames);
}

}  // namespace divisi::separation
