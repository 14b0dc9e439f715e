// SeparationDocument: the `divisi.task` document of a separation model, checked (models/FORMAT.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "divisi/status.h"

namespace divisi::separation {

struct SeparationDocument {
  int sampleRate = 0;
  int channels = 0;  ///< that the network hears together; always 2 in this version
  int fftSize = 0;
  int hop = 0;
  int bins = 0;  ///< of the fftSize / 2 + 1 bins, those that the network sees
  int chunkColumns = 0;
  int chunkMultiple = 1;
  std::vector<std::string> stems;
  double exponent = 2;
  double epsilon = 1e-10;
  std::optional<size_t> remainder;  ///< index into stems
  std::optional<double> rmsDb;
};

/// @return kBadModel naming the field and what it holds; kUnsupported for a version, front end,
/// back end or channel count that this build does not know.
Result<SeparationDocument> parseSeparationDocument(std::string_view json);

}  // namespace divisi::separation
