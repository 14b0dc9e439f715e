// Refinement: runs a model's second network over a stream of activations.
//
//   void use(std::span<const float> heard, std::span<const float> logOdds);
//
//   Status hear(Refinement& refinement, const Activations& column) {
//     return refinement.push(column, [](std::span<const float> heard, std::span<const float> odds)
//     {
//       use(heard, odds);
//       return Status();
//     });   // finish() at the end
//   }
//
// The network hears windows that overlap by the context that it needs on both sides, and silence
// beyond both ends of the stream, so that every column gets what one run over the whole would give.
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "base/float_buffer.h"
#include "divisi/status.h"
#include "notes/activations/activation_stream.h"
#include "notes/activations/notes_network.h"

namespace divisi::notes {

class Refinement {
 public:
  /// Of a column: [pitches][kHeard], and [pitches][kLogOdds].
  using Consumer = std::function<Status(std::span<const float>, std::span<const float>)>;

  /// @return kOutOfMemory.
  static Result<std::unique_ptr<Refinement>> create(std::shared_ptr<NotesNetwork> network);

  /// @return the first error of the consumer.
  Status push(const Activations& column, const Consumer& consumer);
  /// The stream has ended.
  Status finish(const Consumer& consumer);

 private:
  Refinement(std::shared_ptr<NotesNetwork> network, FloatBuffer window);

  /// Runs the network, gives what it says of the columns before `end`, and moves on.
  Status run(size_t end, const Consumer& consumer);

  const std::shared_ptr<NotesNetwork> network_;
  const size_t columns_;  // of a window
  const size_t context_;  // at either of its ends
  const size_t width_;    // numbers of a column
  FloatBuffer window_;    // [columns_][width_]
  size_t filled_;         // columns of the window
};

}  // namespace divisi::notes
