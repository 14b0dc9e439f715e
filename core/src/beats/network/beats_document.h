// BeatsDocument: the `divisi.task` document of a beat model, checked (models/FORMAT.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "divisi/status.h"
#include "spectrum/log_filterbank_options.h"

namespace divisi::beats {

/// A second network, which hears what comes before a frame and after it.
struct NonCausalOptions {
  int frames = 0;         ///< that it hears at once
  int contextFrames = 0;  ///< of these, how many at either end are heard for the others' sake alone
  std::string output;
};

struct BeatsDocument {
  audio::LogFilterbankOptions frontEnd;  ///< its sampleRate is the model's
  int chunkFrames = 0;                   ///< feature frames that the network hears at once
  std::string activationsOutput;
  std::optional<NonCausalOptions> nonCausal;

  [[nodiscard]] double framesPerSecond() const {
    return static_cast<double>(frontEnd.sampleRate) / frontEnd.hop;
  }
};

/// @return kBadModel naming the field and what it holds; kUnsupported for a version, front end or
/// channel count that this build does not know.
Result<BeatsDocument> parseBeatsDocument(std::string_view json);

}  // namespace divisi::beats
