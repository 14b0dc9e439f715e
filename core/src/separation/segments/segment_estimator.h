// SegmentEstimator: a segment of the mix to the segments of its stems: front ends, networks, back
// ends.
//
//   void use(const float* left, const float* right);
//
//   Status separate(SegmentEstimator& estimator, const float* const* mix) {
//     const auto frames = static_cast<size_t>(estimator.document().segments.heard());
//     for (size_t c = 0; c < 2; ++c) std::copy_n(mix[c], frames, estimator.heard(c));
//     Status status = estimator.estimate();
//     for (size_t stem = 0; status.ok() && stem < estimator.document().stems.size(); ++stem) {
//       estimator.render(stem);
//       use(estimator.rendered(0), estimator.rendered(1));
//     }
//     return status;
//   }
//
// Nothing is kept from one segment to the next, so one instance serves all channel groups, and
// songs one after another.
#pragma once

#include <memory>
#include <vector>

#include "base/float_buffer.h"
#include "divisi/model.h"
#include "divisi/status.h"
#include "nn/network/network.h"
#include "separation/segments/document/segment_document.h"
#include "spectrum/segment_transform.h"

namespace divisi::separation {

class SegmentEstimator {
 public:
  /// @return as Network::compile; kBadModel when graph and document do not fit each other.
  static Result<std::shared_ptr<SegmentEstimator>> compile(const Model& model,
                                                           SegmentDocument document);

  [[nodiscard]] const SegmentDocument& document() const { return document_; }

  /// The mix's samples of channel 0 or 1, segments.heard() of them, to be written before
  /// estimate(). A network of one channel hears channel 0.
  [[nodiscard]] float* heard(size_t channel) { return heard_.data() + channel * heardFrames(); }

  /// Runs the networks on heard().
  [[nodiscard]] Status estimate();

  /// Makes a stem's samples of the last estimate.
  void render(size_t stem);
  /// Mixes both channels of rendered() into the first, for a channel that was heard on both sides.
  void mixRendered();
  /// Those of a channel, of all frames that were heard. Of a network of one channel the second is
  /// undefined.
  [[nodiscard]] const float* rendered(size_t channel) const {
    return rendered_.data() + channel * heardFrames();
  }

 private:
  explicit SegmentEstimator(SegmentDocument document) : document_(std::move(document)) {}

  [[nodiscard]] size_t heardFrames() const {
    return static_cast<size_t>(document_.segments.heard());
  }
  [[nodiscard]] Status connect(const Model& model);
  [[nodiscard]] Status allocate();
  void fill(const SegmentPort& port, float* tensor);
  /// The denominators of ratio masks.
  void sumMagnitudes();
  [[nodiscard]] size_t givenStems() const;

  const SegmentDocument document_;
  std::unique_ptr<nn::Network> network_;
  std::unique_ptr<audio::SegmentTransform> transform_;  // null: waveforms only
  FloatBuffer heard_;                                   // [2][heard]
  FloatBuffer rendered_;                                // [2][heard]
  FloatBuffer mix_;                                     // the mix's spectrum
  FloatBuffer stem_;                                    // a stem's
  FloatBuffer shares_;                                  // of ratio masks: [columns][bins][channels]
  std::vector<float*> inputs_;                          // the network's places, as the document's
  std::vector<const float*> outputs_;                   // likewise
  std::vector<const float*> inputPointers_;             // in the network's order
};

}  // namespace divisi::separation
