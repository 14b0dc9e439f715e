// SeparationMethod: the seam between the stream of a song and a kind of separation model: what the
// networks hear, what they estimate, and how stems are made of that.
//
// There are two: masks for magnitudes (chunks/, estimation/, pipeline/) and segments of audio
// (segments/).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audio/channel_groups.h"
#include "audio/resampler.h"
#include "divisi/separator.h"
#include "divisi/status.h"
#include "separation/method/group_pipeline.h"
#include "separation/method/timeline.h"

namespace divisi::separation {

/// What is measured of the mix for each chunk, on what was heard up to its end.
struct LevelKind {
  enum class Scale {
    kNone,
    kLevel,      ///< audio::LevelMeter's RMS value
    kDeviation,  ///< standard deviation of the group's channels mixed to one
    kPeak,       ///< the largest absolute value
  };
  bool mean = false;  ///< that of the group's channels mixed to one; before the scale
  Scale scale = Scale::kNone;

  /// Of each channel group.
  [[nodiscard]] size_t numbers() const {
    return (mean ? size_t{1} : size_t{0}) + (scale == Scale::kNone ? 0 : 1);
  }
};

/// What an option of a stream can change.
struct SeparationChoices {
  SeparationMode mode = SeparationMode::kBest;
  SeparationQuality quality = SeparationQuality::kNormal;
  double latency = 0;  ///< seconds, of a live stream
};

/// All choices for one stream made.
class SeparationPlan {
 public:
  virtual ~SeparationPlan() = default;

  [[nodiscard]] virtual bool live() const { return false; }
  /// The stem that is the input less all others; an index into the method's.
  [[nodiscard]] virtual std::optional<size_t> remainder() const = 0;
  /// Whether what the stems leave of the input is shared out among them.
  [[nodiscard]] virtual bool sharesResidual() const { return false; }
  [[nodiscard]] virtual LevelKind levelKind() const = 0;
  /// Model frames that one chunk can give, at most.
  [[nodiscard]] virtual uint64_t chunkFrames() const = 0;
  [[nodiscard]] virtual std::shared_ptr<const Timeline> timeline(
      const audio::ResamplerTiming& toModelRate,
      const audio::ResamplerTiming& toInputRate) const = 0;
  /// @param start of the run. @param channelCount of the group. @param stems those to render, as
  /// indices into the method's. The plan outlives it, and its pipelines run one at a time.
  /// @return kOutOfMemory.
  virtual Result<std::unique_ptr<GroupPipeline>> pipeline(const RunStart& start, int channelCount,
                                                          const std::vector<size_t>& stems) = 0;
};

/// A model's networks, compiled, for any number of streams on one thread.
class SeparationMethod {
 public:
  virtual ~SeparationMethod() = default;

  [[nodiscard]] virtual int sampleRate() const = 0;
  [[nodiscard]] virtual const std::vector<std::string>& stems() const = 0;
  /// Channels that the networks hear together: 1 or 2.
  [[nodiscard]] virtual int channels() const { return 2; }
  /// How the channels of a song are shared out among runs of the networks.
  [[nodiscard]] std::vector<audio::ChannelGroup> groups(int channelCount) const {
    return channels() == 2 ? audio::channelGroups(channelCount)
                           : audio::singleChannels(channelCount);
  }
  /// @return kBadOption.
  virtual Result<std::unique_ptr<SeparationPlan>> plan(const SeparationChoices& choices) const = 0;
};

}  // namespace divisi::separation
