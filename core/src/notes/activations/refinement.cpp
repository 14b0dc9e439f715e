#include "notes/activations/refinement.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace divisi::notes {
namespace {

// Contour bins of a semitone, the middle one at the pitch.
constexpr size_t kThirds = 3;

}  // namespace

Refinement::Refinement(std::shared_ptr<NotesNetwork> network, FloatBuffer window)
    : network_(std::move(network)),
      columns_(network_->document().refinement.columns),
      context_(network_->document().refinement.contextColumns),
      width_(network_->document().pitches() * kHeard),
      window_(std::move(window)),
      filled_(context_) {}

Result<std::unique_ptr<Refinement>> Refinement::create(std::shared_ptr<NotesNetwork> network) {
  const NotesDocument& document = network->document();
  FloatBuffer window(document.refinement.columns * document.pitches() * kHeard);
  if (!window) return outOfMemory("activations");
  return std::unique_ptr<Refinement>(new Refinement(std::move(network), std::move(window)));
}

Status Refinement::push(const Activations& column, const Consumer& consumer) {
  float* const row = window_.data() + filled_ * width_;
  for (size_t pitch = 0; pitch < column.note.size(); ++pitch) {
    float* const heard = row + pitch * kHeard;
    heard[0] = column.note[pitch];
    heard[1] = column.onset[pitch];
    std::copy_n(column.contour.data() + pitch * kThirds, kThirds, heard + kHeardContour);
  }
  return ++filled_ < columns_ ? Status() : run(columns_ - context_, consumer);
}

Status Refinement::finish(const Consumer& consumer) {
  while (filled_ > context_) {
    std::ranges::fill(window_.span().subspan(filled_ * width_), 0.0F);
    const Status status = run(std::min(filled_, columns_ - context_), consumer);
    if (!status.ok()) return status;
  }
  return {};
}

Status Refinement::run(size_t end, const Consumer& consumer) {
  if (Status status = network_->refine(window_); !status.ok()) return status;
  const size_t told = width_ / kHeard * kLogOdds;
  for (size_t column = context_; column < end; ++column) {
    const Status status = consumer(window_.span().subspan(column * width_, width_),
                                   network_->logOdds().subspan(column * told, told));
    if (!status.ok()) return status;
  }
  // The next window begins so that its first unknown column has its context before it.
  const size_t done = end - context_;
  std::copy(window_.data() + done * width_, window_.data() + filled_ * width_, window_.data());
  filled_ -= done;
  return {};
}

}  // namespace divisi::notes
