// TaggingNetwork: the network of a tagging model, from a patch to scores and an embedding.
//
//   auto network = TaggingNetwork::compile(model, document);
//   network->run(patch);                      // [patchFrames][bands]
//   use(network->scores(), network->embedding());
//
// Nothing is kept from one run to the next, so one instance serves any number of streams in turns.
#pragma once

#include <memory>
#include <span>

#include "base/float_buffer.h"
#include "divisi/model.h"
#include "divisi/status.h"
#include "nn/network/network.h"
#include "tagging/tagging_document.h"

namespace divisi::tagging {

class TaggingNetwork {
 public:
  /// @return as Network::compile; kBadModel when graph and document do not fit each other.
  static Result<std::shared_ptr<TaggingNetwork>> compile(const Model& model,
                                                         TaggingDocument document);

  [[nodiscard]] const TaggingDocument& document() const { return document_; }

  Status run(const FloatBuffer& patch);

  /// Of the last run.
  [[nodiscard]] std::span<const float> scores() const { return scores_.span(); }
  [[nodiscard]] std::span<const float> embedding() const { return embedding_.span(); }

 private:
  explicit TaggingNetwork(TaggingDocument document);

  const TaggingDocument document_;
  std::unique_ptr<nn::Network> network_;
  FloatBuffer scores_;
  FloatBuffer embedding_;
};

}  // namespace divisi::tagging
