// StemNetworks: the networks of a separation model, one a stem, compiled for the document's chunks.
//
//   void use(std::span<const float> magnitudes);
//
//   Status estimate(StemNetworks& networks, std::span<const float> mix) {
//     std::copy(mix.begin(), mix.end(), networks.input());   // [frames][bins][channels]
//     const Status status = networks.run();
//     for (size_t stem = 0; status.ok() && stem < networks.stemCount(); ++stem) {
//       use(networks.estimate(stem));               // same shape: the stem's magnitudes, or a mask
//     }
//     return status;
//   }
//
// Nothing is kept from one run to the next, so one instance serves all channel groups, and songs
// one after another: weights and scratch memory exist once.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/float_buffer.h"
#include "divisi/model.h"
#include "divisi/status.h"
#include "nn/network/network.h"
#include "separation/chunks/separation_document.h"

namespace divisi::separation {

class StemNetworks {
 public:
  /// @return as Network::compile; kBadModel when graph and document do not fit each other.
  static Result<std::shared_ptr<StemNetworks>> compile(const Model& model,
                                                       SeparationDocument document);

  [[nodiscard]] const SeparationDocument& document() const { return document_; }
  [[nodiscard]] size_t stemCount() const { return estimates_.size(); }

  /// The mix's magnitudes, to be written before run().
  [[nodiscard]] float* input() { return input_.data(); }

  /// Runs every network on input().
  Status run();

  /// What the last run made of the input; may be overwritten.
  [[nodiscard]] std::span<float> estimate(size_t stem) { return estimates_[stem].span(); }

 private:
  explicit StemNetworks(SeparationDocument document);

  const SeparationDocument document_;
  std::vector<std::unique_ptr<nn::Network>> networks_;
  FloatBuffer input_;
  std::vector<FloatBuffer> estimates_;
};

}  // namespace divisi::separation
