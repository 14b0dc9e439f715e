// Novelty: how much a song changes from row to row, and where sections begin by that.
#pragma once

#include <cstddef>
#include <vector>

#include "divisi/status.h"
#include "sections/features/song_features.h"

namespace divisi::sections {

/// How much what is repeated changes at each row: structure features after Serrà, Müller, Grosche
/// and Arcos, "Unsupervised music structure annotation by time series structure features and
/// segment similarity", IEEE Transactions on Multimedia 16 (2014), of harmony.
/// @return kOutOfMemory: two tables of all pairs of rows are made.
Result<std::vector<float>> repetitionNovelty(const SongFeatures& song);

/// How much timbre changes at each row: the checkerboard kernel of Foote, "Automatic audio
/// segmentation using a measure of audio novelty", ICME 2000.
std::vector<float> timbreNovelty(const SongFeatures& song);

/// A row with which a section begins.
struct Boundary {
  size_t row = 0;
  float strength = 0;  ///< its novelty, of the highest within two minutes; 0 to 1
};

/// @return boundaries in their order, without those of the song's start and end. kOutOfMemory.
Result<std::vector<Boundary>> boundariesOf(const SongFeatures& song);

}  // namespace divisi::sections
