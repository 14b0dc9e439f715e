#include "melody/pitch/melody_network.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "nn/graph/shape.h"

namespace divisi::melody {
namespace {

Status expectShape(const nn::Port& port, const std::vector<int64_t>& shape) {
  if (port.shape == shape) return {};
  return badModel("divisi.graph: " + quote(port.name) + " has the shape " +
                  nn::shapeText(port.shape) + "; expected " + nn::shapeText(shape));
}

int64_t axis(size_t count) { return static_cast<int64_t>(count); }

}  // namespace

Result<std::shared_ptr<MelodyNetwork>> MelodyNetwork::compile(const Model& model,
                                                              MelodyDocument document,
                                                              size_t frames) {
  if (frames > 0) document.frames = frames;
  std::shared_ptr<MelodyNetwork> result(new MelodyNetwork(std::move(document)));
  const MelodyDocument& given = result->document_;
  nn::NetworkOptions options = {.outputs = {given.logits, given.voicing}};
  if (frames > 0) {
    const LogSpectraOptions& spectra = given.spectra;
    options.inputShapes = {{axis(spectra.bands), axis(frames), axis(spectra.fftSizes.size())}};
  }
  auto network = nn::Network::compile(model, options);
  if (!network.ok()) return network.status();
  result->network_ = std::move(network.value());
  if (Status status = result->checkPorts(); !status.ok()) return status;
  result->logits_ = FloatBuffer(result->network_->outputs()[0].elementCount());
  result->voicing_ = FloatBuffer(result->network_->outputs()[1].elementCount());
  if (!result->logits_ || !result->voicing_) return outOfMemory("a melody");
  return result;
}

Status MelodyNetwork::checkPorts() const {
  const std::vector<nn::Port>& inputs = network_->inputs();
  if (inputs.size() != 1) {
    return badModel("divisi.graph: " + std::to_string(inputs.size()) + " inputs; expected 1");
  }
  const LogSpectraOptions& spectra = document_.spectra;
  const int64_t frames = axis(document_.frames);
  Status status =
      expectShape(inputs[0], {axis(spectra.bands), frames, axis(spectra.fftSizes.size())});
  const std::vector<nn::Port>& outputs = network_->outputs();
  if (status.ok()) status = expectShape(outputs[0], {frames, axis(spectra.pitches)});
  if (status.ok()) status = expectShape(outputs[1], {frames});
  return status;
}

Status MelodyNetwork::run(const FloatBuffer& spectra) {
  const float* const inputs[] = {spectra.data()};
  float* const outputs[] = {logits_.data(), voicing_.data()};
  return network_->run(inputs, outputs);
}

}  // namespace divisi::melody
