// BeatsNetwork: the networks of a beat model, from frames of features to activations.
//
// The first one hears the past only, and what it remembers of a stream is that stream's
// NetworkState, so that chunks of any number of streams give what one long run would. A model may
// have a second one, which is not causal: it hears the bands and what the first makes of them on
// both sides of a frame, and knows better (non_causal.h runs it over a stream).
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/float_buffer.h"
#include "beats/network/beats_document.h"
#include "divisi/model.h"
#include "divisi/status.h"
#include "nn/network/network.h"

namespace divisi::beats {

/// Numbers of a frame of activations: beats that are no downbeats, downbeats, neither;
/// probabilities.
inline constexpr size_t kActivations = 3;

/// Of a frame of the non-causal network: log-odds of a beat, downbeats included, and of a downbeat.
inline constexpr size_t kLogOdds = 2;
/// What the non-causal network hears of the activations: beat and downbeat.
inline constexpr size_t kHeardActivations = 2;

class BeatsNetwork {
 public:
  /// @param chunkFrames feature frames of a run, instead of the document's; 0: the document's.
  /// @return as Network::compile; kBadModel when graph and document do not fit each other.
  static Result<std::shared_ptr<BeatsNetwork>> compile(const Model& model, BeatsDocument document,
                                                       int chunkFrames = 0);

  /// With the non-causal network, where the model has one.
  static Result<std::shared_ptr<BeatsNetwork>> compileBoth(const Model& model,
                                                           BeatsDocument document);

  /// With the chunkFrames of this network.
  [[nodiscard]] const BeatsDocument& document() const { return document_; }
  /// Numbers of a frame of features.
  [[nodiscard]] size_t features() const { return features_; }

  [[nodiscard]] Result<nn::NetworkState> createState() const { return network_->createState(); }

  /// @param features [chunkFrames][features()]
  Status run(const FloatBuffer& features, nn::NetworkState& state);

  /// Of the last run: [chunkFrames][kActivations].
  [[nodiscard]] std::span<const float> activations() const { return activations_.span(); }

  /// Numbers of a frame that the non-causal network hears: the bands, then kHeardActivations.
  [[nodiscard]] size_t heard() const { return features_ / 2 + kHeardActivations; }

  /// Precondition: compileBoth() of a document with nonCausal.
  /// @param frames [nonCausal.frames][heard()]
  Status runNonCausal(const FloatBuffer& frames);

  /// Of the last runNonCausal(): [nonCausal.frames][kLogOdds].
  [[nodiscard]] std::span<const float> logOdds() const { return logOdds_.span(); }

 private:
  explicit BeatsNetwork(BeatsDocument document) : document_(std::move(document)) {}

  const BeatsDocument document_;
  Status compileNonCausal(const Model& model);
  [[nodiscard]] std::vector<int64_t> heardShape() const;

  size_t features_ = 0;
  std::unique_ptr<nn::Network> network_;
  std::unique_ptr<nn::Network> nonCausal_;  // where the document has one
  FloatBuffer activations_;
  FloatBuffer logOdds_;
};

}  // namespace divisi::beats
