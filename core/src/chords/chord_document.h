// ChordDocument: the `divisi.task` document of a chord model, checked (models/FORMAT.md).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "divisi/status.h"
#include "spectrum/constant_q.h"

namespace divisi::chords {

/// From decibels below the song's loudest bin to what the network sees.
struct FeatureScale {
  float rangeDb = 80;  ///< what lies further below counts as that far
  float scale[2] = {1, 1};
  float offset[2] = {0, 0};
};

/// Names of the graph's outputs of a layer that reads the song in both directions.
struct BothWays {
  std::string forward;
  std::string backward;
};

struct ChordDocument {
  audio::ConstantQOptions constantQ;
  FeatureScale features;
  size_t frames = 0;   ///< of a run of the network
  size_t context = 0;  ///< frames that the front sees before and behind each
  std::string front;
  std::vector<BothWays> layers;
  std::string chords;
  std::string bass;
  double stay = 0;    ///< probability that the chord of a frame is that of the frame before
  double change = 0;  ///< that it is another one, each
  std::vector<std::string> labels;
  size_t noChord = 0;  ///< the label of silence
};

/// @return kBadModel naming the field and what it holds; kUnsupported for a version or front end
/// that this build does not know.
Result<ChordDocument> parseChordDocument(std::string_view json);

}  // namespace divisi::chords
