// LogFilterbankOptions: how a log_filterbank.h divides the spectrum, and how a model's document
// says it.
//
//   Status read(const Json& frontEnd, audio::LogFilterbankOptions& options) {
//     options.sampleRate = 22050;   // from elsewhere in the document
//     return audio::readLogFilterbank(frontEnd, "rise", options);
//   }
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "divisi/status.h"

namespace divisi::audio {

struct LogFilterbankOptions {
  int sampleRate = 22050;
  int fftSize = 1411;
  int hop = 441;
  double bandsPerOctave = 24;
  double minHz = 30;
  double maxHz = 17000;
  double gain = 1;  ///< of the samples
};

/// The bins at which triangles begin, peak and end: band b uses corners b, b + 1 and b + 2. They
/// are the bins nearest to frequencies spaced evenly on a logarithmic scale through 440 Hz, each
/// once.
std::vector<int> filterCorners(const LogFilterbankOptions& options);

/// Reads `frontEnd` of a divisi.task document, but for the sample rate, which must be there.
/// @param difference what `frontEnd.difference` must be.
/// @return kBadModel naming the field and what it holds; kUnsupported for another front end.
Status readLogFilterbank(const Json& frontEnd, const std::string& difference,
                         LogFilterbankOptions& options);

}  // namespace divisi::audio
