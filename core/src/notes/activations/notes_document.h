// NotesDocument: the `divisi.task` document of a model for notes, checked (models/FORMAT.md).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "divisi/status.h"

namespace divisi::notes {

/// The spectrum of a window of audio, with harmonics on each other, as a network sees it.
struct HarmonicSpectrumOptions {
  int sampleRate = 22050;
  size_t frames = 0;    ///< of a window, at the model's rate
  size_t columns = 0;   ///< of a window: one every `hop` frames, the first centred on its start
  size_t hop = 256;     ///< frames; can be halved for each octave below the first
  double minHz = 27.5;  ///< of the lowest bin
  int binsPerOctave = 36;
  size_t spectrumBins = 0;  ///< that the window is normalised over
  size_t bins = 0;          ///< that the network sees, of each harmonic
  std::vector<double> harmonics;
  float scale = 1;   ///< from 0 to 1, quietest to loudest, to what the network sees
  float offset = 0;  ///< added to that
};

/// The network that hears activations on both sides of a column.
struct RefinementOptions {
  size_t columns = 0;         ///< of a run
  size_t contextColumns = 0;  ///< at either end, heard for the others' sake
  std::string output;
};

struct NotesDocument {
  HarmonicSpectrumOptions spectrum;
  size_t marginColumns = 0;  ///< of a window, left out at either end
  int lowestPitch = 21;      ///< MIDI
  std::string note;
  std::string onset;
  std::string contour;
  RefinementOptions refinement;

  /// One for each semitone of the bins.
  [[nodiscard]] size_t pitches() const {
    return spectrum.bins * 12 / static_cast<size_t>(spectrum.binsPerOctave);
  }
  [[nodiscard]] size_t keptColumns() const { return spectrum.columns - 2 * marginColumns; }
};

/// @return kBadModel naming the field and what it holds; kUnsupported for a version, front end or
/// geometry that this build does not know.
Result<NotesDocument> parseNotesDocument(std::string_view json);

}  // namespace divisi::notes
