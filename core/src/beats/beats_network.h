// BeatsNetwork: the network of a beat model, from frames of features to activations.
//
// It hears the past only, and what it remembers of a stream is that stream's NetworkState, so that
// chunks of any number of streams give what one long run would.
#pragma once

#include <memory>
#include <span>

#include "base/float_buffer.h"
#include "beats/beats_document.h"
#include "divisi/model.h"
#include "divisi/status.h"
#include "nn/network/network.h"

namespace divisi::beats {

/// Numbers of a frame of activations: beats that are no downbeats, downbeats, neither;
/// probabilities.
inline constexpr size_t kActivations = 3;

class BeatsNetwork {
 public:
  /// @param chunkFrames feature frames of a run, instead of the document's; 0: the document's.
  /// @return as Network::compile; kBadModel when graph and document do not fit each other.
  static Result<std::shared_ptr<BeatsNetwork>> compile(const Model& model, BeatsDocument document,
                                                       int chunkFrames = 0);

  /// With the chunkFrames of this network.
  [[nodiscard]] const BeatsDocument& document() const { return document_; }
  /// Numbers of a frame of features.
  [[nodiscard]] size_t features() const { return features_; }

  [[nodiscard]] Result<nn::NetworkState> createState() const { return network_->createState(); }

  /// @param features [chunkFrames][features()]
  Status run(const FloatBuffer& features, nn::NetworkState& state);

  /// Of the last run: [chunkFrames][kActivations].
  [[nodiscard]] std::span<const float> activations() const { return activations_.span(); }

 private:
  explicit BeatsNetwork(BeatsDocument document) : document_(std::move(document)) {}

  const BeatsDocument document_;
  size_t features_ = 0;
  std::unique_ptr<nn::Network> network_;
  FloatBuffer activations_;
};

}  // namespace divisi::beats
