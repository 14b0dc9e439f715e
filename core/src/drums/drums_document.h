// DrumsDocument: the `divisi.task` document of a model for drums, checked (models/FORMAT.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "divisi/status.h"
#include "spectrum/log_filterbank_options.h"

namespace divisi::drums {

struct Instrument {
  std::string name;
  int note = 0;         ///< of General MIDI's drum map
  float threshold = 0;  ///< log-odds from which a hit is told
};

struct DrumsDocument {
  audio::LogFilterbankOptions frontEnd;  ///< its sampleRate is the model's
  size_t frames = 0;                     ///< that the network hears at once
  size_t contextFrames = 0;  ///< of these, how many at either end are heard for the others' sake
  std::string output;
  std::vector<Instrument> instruments;  ///< in the order of the network's outputs

  [[nodiscard]] size_t bands() const { return filterCorners(frontEnd).size() - 2; }
  [[nodiscard]] double framesPerSecond() const {
    return static_cast<double>(frontEnd.sampleRate) / frontEnd.hop;
  }
};

/// @return kBadModel naming the field and what it holds; kUnsupported for a version, front end or
/// channel count that this build does not know.
Result<DrumsDocument> parseDrumsDocument(std::string_view json);

}  // namespace divisi::drums
