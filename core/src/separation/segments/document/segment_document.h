// SegmentDocument: the `divisi.task` document of a separation model that hears segments of audio,
// checked (models/FORMAT.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "divisi/status.h"
#include "separation/method/separation_method.h"
#include "separation/segments/document/layout.h"
#include "spectrum/segment_transform.h"

namespace divisi::separation {

/// How overlapping segments are weighted. Weights are divided by their sum.
enum class JoinWeights { kTriangular, kHann, kEqual };

/// Where the segment lies that the song's end cuts; what it gives is the same in each case.
enum class SongEnd {
  kZeros,    ///< where it is: silence takes the place of what is missing
  kMoved,    ///< back, so that it is full of music
  kCentred,  ///< half of what is missing is music from before it, half silence behind it
};

/// Segment k begins at frame k * hop - lead of the song, at the model's rate.
struct Segmenting {
  int64_t frames = 0;      ///< that a segment gives
  int64_t hop = 0;         ///< of the original
  int64_t defaultHop = 0;  ///< in its place in the default mode at normal quality
  int64_t lead = 0;
  int64_t margin = 0;  ///< heard at either side besides those it gives
  JoinWeights join = JoinWeights::kTriangular;
  SongEnd end = SongEnd::kZeros;

  [[nodiscard]] int64_t heard() const { return frames + 2 * margin; }
  /// Frames before what a segment hears that it may hear when the song ends in it.
  [[nodiscard]] int64_t history() const {
    if (end == SongEnd::kZeros) return 0;
    return end == SongEnd::kMoved ? frames : (frames + 1) / 2;
  }
  [[nodiscard]] int64_t begin(size_t segment) const {
    return static_cast<int64_t>(segment) * hop - lead;
  }
};

enum class MeanUse { kKept, kRemoved, kRestored };

/// How a segment's samples are scaled for the networks, and those of the stems back.
struct Normalisation {
  bool overSong = true;  ///< measured on what was heard of the song; else on the segment alone
  MeanUse mean = MeanUse::kKept;
  LevelKind::Scale scale = LevelKind::Scale::kNone;
  double epsilon = 0;  ///< is added to the scale
  double target = 1;   ///< what the scale becomes

  [[nodiscard]] bool usesMean() const { return mean != MeanUse::kKept; }
};

enum class PortValue { kWaveform, kSpectrum, kMagnitude, kMask };

/// A graph input or output.
struct SegmentPort {
  std::string name;
  PortValue value = PortValue::kWaveform;
  Layout layout;
  AxisSizes sizes = {};
  int64_t firstBin = 0;  ///< of the transform's, the port's first
  /// Of an output, the document's stem at each index of the axis `stems`; none: not used.
  std::vector<std::optional<size_t>> stems;
  float gain = 1;
};

struct RatioMask {
  double exponent = 1;
  double epsilon = 1e-10;
};

struct SegmentDocument {
  int sampleRate = 0;
  int channels = 0;  ///< that the network hears together: 1 or 2
  Segmenting segments;
  Normalisation normalisation;
  std::optional<double> rmsDb;
  std::optional<audio::SegmentTransformOptions> transform;
  int64_t zeroedBins = 0;  ///< of the transform's first bins, those that inputs have as 0
  std::vector<SegmentPort> inputs;
  std::vector<SegmentPort> outputs;
  std::vector<std::string> stems;
  std::optional<RatioMask> ratioMask;
  std::optional<size_t> remainder;  ///< index into stems
  bool sharesResidual = false;

  /// Whether an output gives the stem.
  [[nodiscard]] bool gives(size_t stem) const;
};

/// Whether the document of a separation is one of segments.
[[nodiscard]] bool isSegmentDocument(std::string_view json);

/// @return kBadModel naming the field and what it holds; kUnsupported for a version that this build
/// does not know.
Result<SegmentDocument> parseSegmentDocument(std::string_view json);

}  // namespace divisi::separation
