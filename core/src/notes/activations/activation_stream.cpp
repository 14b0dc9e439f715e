#include "notes/activations/activation_stream.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace divisi::notes {

Result<std::unique_ptr<ActivationStream>> ActivationStream::create(
    std::shared_ptr<NotesNetwork> network, size_t hopFrames) {
  std::unique_ptr<ActivationStream> stream(new ActivationStream(std::move(network), hopFrames));
  const NotesDocument& document = stream->network_->document();
  auto spectrum = HarmonicSpectrum::create(document.spectrum);
  if (!spectrum.ok()) return spectrum.status();
  stream->spectrum_ = std::move(spectrum.value());
  stream->seen_ = FloatBuffer(stream->spectrum_->size());
  // The first column that is kept lies at the first sample.
  const bool ok = stream->seen_ && stream->samples_.reserve(1, document.spectrum.frames) &&
                  stream->samples_.pushZeros(document.marginColumns * document.spectrum.hop);
  if (!ok) return outOfMemory("audio");
  return stream;
}

uint64_t ActivationStream::latency() const {
  const NotesDocument& document = network_->document();
  return document.spectrum.frames - document.marginColumns * document.spectrum.hop;
}

Status ActivationStream::push(std::span<const float> samples, const Consumer& consumer) {
  const float* const channel = samples.data();
  if (!samples_.push(&channel, 0, samples.size())) return outOfMemory("audio");
  pushed_ += samples.size();
  while (samples_.frames() >= network_->document().spectrum.frames) {
    if (Status status = run(UINT64_MAX, consumer); !status.ok()) return status;
  }
  return {};
}

Status ActivationStream::finish(const Consumer& consumer) {
  const NotesDocument& document = network_->document();
  const uint64_t kept = document.keptColumns();
  const uint64_t columns = (pushed_ * kept + hopFrames_ - 1) / hopFrames_;
  while (given_ < columns) {
    const size_t there = std::min(samples_.frames(), document.spectrum.frames);
    if (!samples_.pushZeros(document.spectrum.frames - there)) return outOfMemory("audio");
    if (Status status = run(columns, consumer); !status.ok()) return status;
  }
  return {};
}

Status ActivationStream::run(uint64_t end, const Consumer& consumer) {
  spectrum_->compute(samples_.channel(0), seen_.data());
  samples_.drop(std::min(hopFrames_, samples_.frames()));
  if (Status status = network_->run(seen_); !status.ok()) return status;
  const NotesDocument& document = network_->document();
  const size_t pitches = document.pitches();
  const size_t bins = document.spectrum.bins;
  const size_t last = document.spectrum.columns - document.marginColumns;
  for (size_t column = document.marginColumns; column < last && given_ < end; ++column) {
    const Status status = consumer({.note = network_->note().subspan(column * pitches, pitches),
                                    .onset = network_->onset().subspan(column * pitches, pitches),
                                    .contour = network_->contour().subspan(column * bins, bins)});
    if (!status.ok()) return status;
    ++given_;
  }
  return {};
}

}  // namespace divisi::notes
