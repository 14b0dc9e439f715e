// NotesNetwork: the networks of a model for notes. The first makes activations of a window's
// spectrum; the second hears these on both sides of a column, and says which notes there are.
//
// Nothing is kept from run to run, so one instance serves any number of streams in turns.
#pragma once

#include <memory>
#include <span>

#include "base/float_buffer.h"
#include "divisi/model.h"
#include "divisi/status.h"
#include "nn/network/network.h"
#include "notes/activations/notes_document.h"

namespace divisi::notes {

/// Numbers of a pitch that the second network hears: note and onset, and the contour at it, a third
/// of a semitone above it, and two thirds.
inline constexpr size_t kHeard = 5;
inline constexpr size_t kHeardContour = 2;
/// What it says of a pitch: log-odds that a note begins, that one sounds, and that one ends.
inline constexpr size_t kLogOdds = 3;

class NotesNetwork {
 public:
  /// @return as Network::compile; kBadModel when graph and document do not fit each other.
  static Result<std::shared_ptr<NotesNetwork>> compile(const Model& model, NotesDocument document);

  [[nodiscard]] const NotesDocument& document() const { return document_; }

  /// @param seen HarmonicSpectrum's result.
  Status run(const FloatBuffer& seen);

  /// Of the last run(): [columns][pitches], and of the contour [columns][bins]; 0 to 1.
  [[nodiscard]] std::span<const float> note() const { return results_[0].span(); }
  [[nodiscard]] std::span<const float> onset() const { return results_[1].span(); }
  [[nodiscard]] std::span<const float> contour() const { return results_[2].span(); }

  /// @param heard [refinement.columns][pitches][kHeard]
  Status refine(const FloatBuffer& heard);

  /// Of the last refine(): [refinement.columns][pitches][kLogOdds].
  [[nodiscard]] std::span<const float> logOdds() const { return logOdds_.span(); }

 private:
  explicit NotesNetwork(NotesDocument document) : document_(std::move(document)) {}

  [[nodiscard]] Status checkPorts() const;

  const NotesDocument document_;
  std::unique_ptr<nn::Network> network_;
  std::unique_ptr<nn::Network> refinement_;
  FloatBuffer results_[3];
  FloatBuffer logOdds_;
};

}  // namespace divisi::notes
