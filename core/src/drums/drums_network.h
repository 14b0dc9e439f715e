// DrumsNetwork: the network of a model for drums, from frames of bands to log-odds of hits.
#pragma once

#include <memory>
#include <span>

#include "base/float_buffer.h"
#include "divisi/model.h"
#include "divisi/status.h"
#include "drums/drums_document.h"
#include "nn/network/network.h"

namespace divisi::drums {

/// Numbers of a frame for each instrument: log-odds that it is struck there; those of its velocity
/// as a part of 127.
inline constexpr size_t kLogOdds = 2;

class DrumsNetwork {
 public:
  /// @return as Network::compile; kBadModel when graph and document do not fit each other.
  static Result<std::shared_ptr<DrumsNetwork>> compile(const Model& model, DrumsDocument document);

  [[nodiscard]] const DrumsDocument& document() const { return document_; }
  /// Numbers of a frame that run() gives.
  [[nodiscard]] size_t told() const { return kLogOdds * document_.instruments.size(); }

  /// @param frames [document().frames][document().bands()]
  Status run(const FloatBuffer& frames);

  /// Of the last run: [frames][kLogOdds][instruments].
  [[nodiscard]] std::span<const float> logOdds() const { return logOdds_.span(); }

 private:
  explicit DrumsNetwork(DrumsDocument document) : document_(std::move(document)) {}
  [[nodiscard]] Status checkPorts() const;

  const DrumsDocument document_;
  std::unique_ptr<nn::Network> network_;
  FloatBuffer logOdds_;
};

}  // namespace divisi::drums
