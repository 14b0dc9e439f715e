// SegmentPipeline: separates one channel group, at the model's rate, by segments of audio.
//
// model frames -> segment, scaled -> SegmentEstimator -> scaled back -> SegmentJoins -> model
// frames of stems
//
// A segment runs when its last frame is there, whatever the blocks in which frames arrive, so the
// result does not depend on them. Nothing is allocated after the first push(): the model's file can
// go before.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "audio/sample_queue.h"
#include "base/float_buffer.h"
#include "divisi/status.h"
#include "separation/method/group_pipeline.h"
#include "separation/method/timeline.h"
#include "separation/segments/document/segment_document.h"
#include "separation/segments/segment_estimator.h"
#include "separation/segments/segment_joins.h"

namespace divisi::separation {

/// Every choice that sets one mode apart from another.
struct SegmentSettings {
  Segmenting segments;
  Normalisation normalisation;
  bool skipsSilence = false;  ///< silent segments have silent stems, without running the networks
};

class SegmentPipeline final : public GroupPipeline {
 public:
  /// @param stems those to render, as indices into the document's. @param estimator shared with
  /// other groups.
  SegmentPipeline(const SegmentSettings& settings, const RunStart& start, int channelCount,
                  std::vector<size_t> stems, std::shared_ptr<SegmentEstimator> estimator);

  void addLevel(std::span<const float> numbers) override {
    levels_.insert(levels_.end(), numbers.begin(), numbers.end());
  }
  /// Only streams that are live are bypassed.
  void bypassNetworks(bool /*bypassed*/) override {}
  Status push(const float* const* channels, size_t frames) override;
  Status completeColumns() override { return {}; }
  /// The segments that the song's end cuts.
  Status completeChunks() override;
  [[nodiscard]] audio::SampleQueue& stem(size_t i) override { return joins_.ready(i); }

 private:
  /// From samples to what the networks hear.
  struct Scaling {
    double mean = 0;
    double gain = 1;
  };

  [[nodiscard]] bool allocate();
  /// Runs the next segment. @param heardBegin where what it gives would begin, were it not moved.
  /// @param frames that it gives.
  Status runSegment(int64_t heardBegin, int64_t frames);
  /// Where the next segment lies when the song ends `missing` frames before it does.
  [[nodiscard]] int64_t movedBegin(int64_t begin, int64_t missing) const;
  /// Copies what is there of the frames from `begin` on to the estimator, silence elsewhere.
  /// @return whether anything but silence is.
  bool hear(int64_t begin);
  Status scale(int64_t begin, Scaling& scaling);
  Scaling takeLevel();
  /// Those of the segment's frames that lie in the song.
  [[nodiscard]] Scaling measure(std::span<const float> left, std::span<const float> right) const;
  [[nodiscard]] Scaling scalingOf(double mean, double scale) const;
  void joinStem(size_t i, int64_t offset, int64_t frames, const Scaling& scaling);
  void dropUnneeded();

  const SegmentSettings settings_;
  const int channelCount_;
  const std::vector<size_t> stems_;
  const std::shared_ptr<SegmentEstimator> estimator_;
  SegmentJoins joins_;
  bool allocated_ = false;
  audio::SampleQueue samples_;  // of the song, as far back as a segment may hear
  int64_t samplesBegin_;        // the first frame in it
  int64_t taken_;               // frames of the song up to the last that was pushed
  size_t nextSegment_;
  std::deque<float> levels_;  // of the segments to come
};

}  // namespace divisi::separation
