// MelodyNetwork: the network of a model for melody. Nothing is kept from run to run, so one
// instance serves any number of streams in turns.
#pragma once

#include <memory>
#include <span>

#include "base/float_buffer.h"
#include "divisi/model.h"
#include "divisi/status.h"
#include "melody/pitch/melody_document.h"
#include "nn/network/network.h"

namespace divisi::melody {

class MelodyNetwork {
 public:
  /// @param frames of a run, instead of the document's; 0: the document's.
  /// @return as Network::compile; kBadModel when graph and document do not fit each other.
  static Result<std::shared_ptr<MelodyNetwork>> compile(const Model& model, MelodyDocument document,
                                                        size_t frames = 0);

  [[nodiscard]] const MelodyDocument& document() const { return document_; }

  /// @param spectra [band][frame][spectrum]
  Status run(const FloatBuffer& spectra);

  /// Of the last run(): [frame][pitch], how much each is the fundamental.
  [[nodiscard]] std::span<const float> logits() const { return logits_.span(); }
  /// Of the last run(), by frame: the probability of a voice.
  [[nodiscard]] std::span<const float> voicing() const { return voicing_.span(); }

 private:
  explicit MelodyNetwork(MelodyDocument document) : document_(std::move(document)) {}

  [[nodiscard]] Status checkPorts() const;

  const MelodyDocument document_;
  std::unique_ptr<nn::Network> network_;
  FloatBuffer logits_;
  FloatBuffer voicing_;
};

}  // namespace divisi::melody
