#include "beats/beats_network.h"

#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "nn/graph/shape.h"

namespace divisi::beats {
namespace {

Status checkPorts(const nn::Network& network, int64_t frames, int64_t features) {
  const std::vector<int64_t> image = {frames, features, 1};
  const std::vector<nn::Port>& inputs = network.inputs();
  if (inputs.size() != 1 || inputs[0].shape != image) {
    return badModel("divisi.graph: " + std::to_string(inputs.size()) + " inputs" +
                    (inputs.empty() ? "" : ", the first of shape ") +
                    (inputs.empty() ? "" : nn::shapeText(inputs[0].shape)) +
                    "; expected one of shape " + nn::shapeText(image));
  }
  const nn::Port& output = network.outputs()[0];
  const std::vector<int64_t> rows = {frames, static_cast<int64_t>(kActivations)};
  if (output.shape != rows) {
    return badModel("divisi.graph: activations of shape " + nn::shapeText(output.shape) +
                    "; expected " + nn::shapeText(rows));
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<BeatsNetwork>> BeatsNetwork::compile(const Model& model,
                                                            BeatsDocument document,
                                                            int chunkFrames) {
  if (chunkFrames > 0) document.chunkFrames = chunkFrames;
  std::shared_ptr<BeatsNetwork> result(new BeatsNetwork(std::move(document)));
  const BeatsDocument& given = result->document_;
  result->features_ = 2 * (filterCorners(given.frontEnd).size() - 2);
  nn::NetworkOptions options = {.outputs = {given.activationsOutput}};
  if (chunkFrames > 0) {
    options.inputShapes = {{chunkFrames, static_cast<int64_t>(result->features_), 1}};
  }
  auto network = nn::Network::compile(model, options);
  if (!network.ok()) return network.status();
  if (Status status =
          checkPorts(*network.value(), given.chunkFrames, static_cast<int64_t>(result->features_));
      !status.ok()) {
    return status;
  }
  result->network_ = std::move(network.value());
  result->activations_ = FloatBuffer(result->network_->outputs()[0].elementCount());
  if (!result->activations_) return outOfMemory("activations");
  return result;
}

Status BeatsNetwork::run(const FloatBuffer& features, nn::NetworkState& state) {
  const float* const inputs[] = {features.data()};
  float* const outputs[] = {activations_.data()};
  return network_->run(inputs, outputs, &state);
}

}  // namespace divisi::beats
