// TaggingDocument: the `divisi.task` document of a tagging model, checked (models/FORMAT.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "divisi/status.h"
#include "spectrum/mel.h"

namespace divisi::tagging {

struct TaggingDocument {
  audio::MelOptions mel;  ///< its sampleRate is the model's
  int patchFrames = 0;
  int hopFrames = 0;  ///< 1 to patchFrames
  std::string scoresOutput;
  std::string embeddingOutput;
  std::vector<std::string> labels;
};

/// @return kBadModel naming the field and what it holds; kUnsupported for a version, front end or
/// channel count that this build does not know.
Result<TaggingDocument> parseTaggingDocument(std::string_view json);

}  // namespace divisi::tagging
