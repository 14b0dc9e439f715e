#include "tagging/tagging_network.h"

#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "nn/graph/shape.h"

namespace divisi::tagging {
namespace {

Status checkPorts(const nn::Network& network, const TaggingDocument& document) {
  // A plain image of one channel, or a matrix.
  const std::vector<int64_t> matrix = {document.patchFrames, document.mel.bands};
  const std::vector<int64_t> image = {document.patchFrames, document.mel.bands, 1};
  const std::vector<nn::Port>& inputs = network.inputs();
  if (inputs.size() != 1 || (inputs[0].shape != matrix && inputs[0].shape != image)) {
    return badModel("divisi.graph: " + std::to_string(inputs.size()) + " inputs" +
                    (inputs.empty() ? "" : ", the first of shape ") +
                    (inputs.empty() ? "" : nn::shapeText(inputs[0].shape)) +
                    "; expected one of shape " + nn::shapeText(image));
  }
  const nn::Port& scores = network.outputs()[0];
  const nn::Port& embedding = network.outputs()[1];
  if (scores.shape.size() != 1 || scores.elementCount() != document.labels.size() ||
      embedding.shape.size() != 1) {
    return badModel("divisi.graph: scores of shape " + nn::shapeText(scores.shape) +
                    " and an embedding of shape " + nn::shapeText(embedding.shape) +
                    "; expected vectors, the scores one for each of " +
                    std::to_string(document.labels.size()) + " labels");
  }
  return {};
}

}  // namespace

TaggingNetwork::TaggingNetwork(TaggingDocument document) : document_(std::move(document)) {}

Result<std::shared_ptr<TaggingNetwork>> TaggingNetwork::compile(const Model& model,
                                                                TaggingDocument document) {
  std::shared_ptr<TaggingNetwork> result(new TaggingNetwork(std::move(document)));
  const TaggingDocument& given = result->document_;
  auto network =
      nn::Network::compile(model, {.outputs = {given.scoresOutput, given.embeddingOutput}});
  if (!network.ok()) return network.status();
  if (Status status = checkPorts(*network.value(), given); !status.ok()) return status;
  result->network_ = std::move(network.value());
  result->scores_ = FloatBuffer(result->network_->outputs()[0].elementCount());
  result->embedding_ = FloatBuffer(result->network_->outputs()[1].elementCount());
  if (!result->scores_ || !result->embedding_) {
    return outOfMemory("the scores of a patch");
  }
  return result;
}

Status TaggingNetwork::run(const FloatBuffer& patch) {
  const float* const inputs[] = {patch.data()};
  float* const outputs[] = {scores_.data(), embedding_.data()};
  return network_->run(inputs, outputs);
}

}  // namespace divisi::tagging
