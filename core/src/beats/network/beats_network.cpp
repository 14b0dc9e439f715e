#include "beats/network/beats_network.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "nn/graph/shape.h"

namespace divisi::beats {
namespace {

// A graph has an input for each network, and an output needs its own input alone.
constexpr size_t kFeaturesInput = 0;
constexpr size_t kHeardInput = 1;

Status checkPorts(const nn::Network& network, size_t inputs, size_t input,
                  const std::vector<int64_t>& shape, const std::vector<int64_t>& result) {
  const std::vector<nn::Port>& given = network.inputs();
  if (given.size() != inputs) {
    return badModel("divisi.graph: " + std::to_string(given.size()) + " inputs, expected " +
                    std::to_string(inputs));
  }
  if (given[input].shape != shape) {
    return badModel("divisi.graph: an input of shape " + nn::shapeText(given[input].shape) +
                    "; expected " + nn::shapeText(shape));
  }
  const nn::Port& output = network.outputs()[0];
  if (output.shape != result) {
    return badModel("divisi.graph: " + output.name + " of shape " + nn::shapeText(output.shape) +
                    "; expected " + nn::shapeText(result));
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
  result->features_ = 2 * (audio::filterCorners(given.frontEnd).size() - 2);
  const auto features = static_cast<int64_t>(result->features_);
  nn::NetworkOptions options = {.outputs = {given.activationsOutput}};
  if (chunkFrames > 0) {
    options.inputShapes = {{chunkFrames, features, 1}};
    if (given.nonCausal) options.inputShapes.push_back(result->heardShape());
  }
  auto network = nn::Network::compile(model, options);
  if (!network.ok()) return network.status();
  if (Status status = checkPorts(*network.value(), given.nonCausal ? 2 : 1, kFeaturesInput,
                                 {given.chunkFrames, features, 1},
                                 {given.chunkFrames, static_cast<int64_t>(kActivations)});
      !status.ok()) {
    return status;
  }
  result->network_ = std::move(network.value());
  result->activations_ = FloatBuffer(result->network_->outputs()[0].elementCount());
  if (!result->activations_) return outOfMemory("activations");
  return result;
}

Result<std::shared_ptr<BeatsNetwork>> BeatsNetwork::compileBoth(const Model& model,
                                                                BeatsDocument document) {
  auto result = compile(model, std::move(document));
  if (!result.ok() || !result.value()->document_.nonCausal) return result;
  if (Status status = result.value()->compileNonCausal(model); !status.ok()) return status;
  return result;
}

std::vector<int64_t> BeatsNetwork::heardShape() const {
  return {document_.nonCausal->frames, 1, static_cast<int64_t>(heard())};
}

Status BeatsNetwork::compileNonCausal(const Model& model) {
  const NonCausalOptions& given = *document_.nonCausal;
  auto network = nn::Network::compile(model, {.outputs = {given.output}});
  if (!network.ok()) return network.status();
  if (Status status = checkPorts(*network.value(), 2, kHeardInput, heardShape(),
                                 {given.frames, 1, static_cast<int64_t>(kLogOdds)});
      !status.ok()) {
    return status;
  }
  nonCausal_ = std::move(network.value());
  logOdds_ = FloatBuffer(nonCausal_->outputs()[0].elementCount());
  return logOdds_ ? Status() : outOfMemory("activations");
}

Status BeatsNetwork::run(const FloatBuffer& features, nn::NetworkState& state) {
  const std::array<const float*, 2> inputs = {features.data(), nullptr};
  float* const outputs[] = {activations_.data()};
  return network_->run(std::span(inputs).first(network_->inputs().size()), outputs, &state);
}

Status BeatsNetwork::runNonCausal(const FloatBuffer& frames) {
  const float* const inputs[] = {nullptr, frames.data()};
  float* const outputs[] = {logOdds_.data()};
  return nonCausal_->run(inputs, outputs);
}

}  // namespace divisi::beats
