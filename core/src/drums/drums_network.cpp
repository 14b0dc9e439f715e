#include "drums/drums_network.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "nn/graph/shape.h"

namespace divisi::drums {

Result<std::shared_ptr<DrumsNetwork>> DrumsNetwork::compile(const Model& model,
                                                            DrumsDocument document) {
  std::shared_ptr<DrumsNetwork> result(new DrumsNetwork(std::move(document)));
  auto network = nn::Network::compile(model, {.outputs = {result->document_.output}});
  if (!network.ok()) return network.status();
  result->network_ = std::move(network.value());
  if (Status status = result->checkPorts(); !status.ok()) return status;
  result->logOdds_ = FloatBuffer(result->network_->outputs()[0].elementCount());
  if (!result->logOdds_) return outOfMemory("activations");
  return result;
}

Status DrumsNetwork::checkPorts() const {
  const auto frames = static_cast<int64_t>(document_.frames);
  const std::vector<nn::Port>& inputs = network_->inputs();
  if (inputs.size() != 1) {
    return badModel("divisi.graph: " + std::to_string(inputs.size()) +
                    " inputs; expected 1: of bands");
  }
  const auto expectShape = [](const nn::Port& port, const std::vector<int64_t>& shape) {
    if (port.shape == shape) return Status();
    return badModel("divisi.graph: " + quote(port.name) + " has the shape " +
                    nn::shapeText(port.shape) + "; expected " + nn::shapeText(shape));
  };
  Status status = expectShape(inputs[0], {frames, static_cast<int64_t>(document_.bands()), 1});
  if (!status.ok()) return status;
  return expectShape(network_->outputs()[0], {frames, 1, static_cast<int64_t>(told())});
}

Status DrumsNetwork::run(const FloatBuffer& frames) {
  const float* const inputs[] = {frames.data()};
  float* const outputs[] = {logOdds_.data()};
  return network_->run(inputs, outputs);
}

}  // namespace divisi::drums
