// MelodyDocument: the `divisi.task` document of a model for melody, checked (models/FORMAT.md).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "divisi/status.h"

namespace divisi::melody {

/// Spectra of the same moment by windows of several lengths.
struct LogSpectraOptions {
  int sampleRate = 16000;
  std::vector<int> fftSizes;
  size_t hop = 256;
  size_t bands = 128;
  double minHz = 46.875;  ///< of the first band
  double maxHz = 2093.75;
  size_t pitches = 95;  ///< bands from minHz to maxHz; those behind them go on in the same steps
  double offset = 1e-8;

  /// The centre of a band, in Hz; of bands beyond both ends too.
  [[nodiscard]] double bandHz(int band) const;
};

struct MelodyDocument {
  LogSpectraOptions spectra;
  size_t frames = 0;         ///< of a run of the network
  size_t contextFrames = 0;  ///< at either end, heard for the others' sake
  float silence = 0;         ///< a frame whose samples stay below it has no voice
  std::string logits;
  std::string voicing;

  [[nodiscard]] double frameSeconds() const {
    return static_cast<double>(spectra.hop) / spectra.sampleRate;
  }
};

/// @return kBadModel naming the field and what it holds; kUnsupported for a version or front end
/// that this build does not know.
Result<MelodyDocument> parseMelodyDocument(std::string_view json);

}  // namespace divisi::melody
