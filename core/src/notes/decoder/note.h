// Note: what decoders find.
#pragma once

#include <vector>

namespace divisi::notes {

struct Note {
  double start = 0;      ///< seconds
  double end = 0;        ///< seconds
  int pitch = 0;         ///< of the network's, from 0
  float amplitude = 0;   ///< how much it sounds on average, 0 to 1
  float confidence = 0;  ///< how sure it is that it begins, 0 to 1
  /// Semitones from the pitch, one for each column from start to end.
  std::vector<float> bends = {};
};

}  // namespace divisi::notes
