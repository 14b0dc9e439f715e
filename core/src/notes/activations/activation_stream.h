// ActivationStream: mono samples at the model's rate to columns of activations.
//
//   void use(const Activations& column);
//
//   Status hear(ActivationStream& stream, std::span<const float> samples) {
//     const auto consumer = [](const Activations& column) {
//       use(column);
//       return Status();
//     };
//     Status status = stream.push(samples, consumer);      // block by block
//     return status.ok() ? stream.finish(consumer) : status;
//   }
//
// The network hears windows of 2 s whose levels are relative to each other; they overlap, and of
// each only the middle is given. Memory is that of a window, whatever the length of the audio.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "audio/sample_queue.h"
#include "base/float_buffer.h"
#include "divisi/status.h"
#include "notes/activations/harmonic_spectrum.h"
#include "notes/activations/notes_network.h"

namespace divisi::notes {

/// Of one column, 0 to 1; borrowed.
struct Activations {
  std::span<const float> note;     ///< how much each pitch sounds
  std::span<const float> onset;    ///< how much each begins
  std::span<const float> contour;  ///< how much each third of a semitone sounds
};

class ActivationStream {
 public:
  using Consumer = std::function<Status(const Activations&)>;

  /// @param hopFrames from window to window. That of the columns that are kept puts every column
  /// `hop` frames behind the one before. @return kUnsupported, kOutOfMemory.
  static Result<std::unique_ptr<ActivationStream>> create(std::shared_ptr<NotesNetwork> network,
                                                          size_t hopFrames);

  /// @return kOutOfMemory, or the first error of the consumer.
  Status push(std::span<const float> samples, const Consumer& consumer);
  /// The audio has ended: gives the columns that begin in it.
  Status finish(const Consumer& consumer);

  /// Samples that were pushed.
  [[nodiscard]] uint64_t pushed() const { return pushed_; }
  /// Samples before the first column is given, beyond those of a hop.
  [[nodiscard]] uint64_t latency() const;

 private:
  ActivationStream(std::shared_ptr<NotesNetwork> network, size_t hopFrames)
      : network_(std::move(network)), hopFrames_(hopFrames) {}

  Status run(uint64_t end, const Consumer& consumer);

  const std::shared_ptr<NotesNetwork> network_;
  const size_t hopFrames_;
  std::unique_ptr<HarmonicSpectrum> spectrum_;
  audio::SampleQueue samples_;  // begins where the next window does
  FloatBuffer seen_;
  uint64_t pushed_ = 0;
  uint64_t given_ = 0;  // columns
};

}  // namespace divisi::notes
