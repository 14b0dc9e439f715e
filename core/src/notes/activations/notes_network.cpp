#include "notes/activations/notes_network.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "nn/graph/shape.h"

namespace divisi::notes {
namespace {

// A graph has an input for each network, and an output needs its own input alone.
constexpr size_t kInputs = 2;

Status expectShape(const nn::Port& port, const std::vector<int64_t>& shape) {
  if (port.shape == shape) return {};
  return badModel("divisi.graph: " + quote(port.name) + " has the shape " +
                  nn::shapeText(port.shape) + "; expected " + nn::shapeText(shape));
}

int64_t axis(size_t count) { return static_cast<int64_t>(count); }

}  // namespace

Result<std::shared_ptr<NotesNetwork>> NotesNetwork::compile(const Model& model,
                                                            NotesDocument document) {
  std::shared_ptr<NotesNetwork> result(new NotesNetwork(std::move(document)));
  const NotesDocument& given = result->document_;
  // The two never run at the same time.
  auto workspace = nn::Workspace::create();
  if (!workspace.ok()) return workspace.status();
  auto network = nn::Network::compile(
      model, {.outputs = {given.note, given.onset, given.contour}, .workspace = workspace.value()});
  if (!network.ok()) return network.status();
  auto refinement = nn::Network::compile(
      model, {.outputs = {given.refinement.output}, .workspace = workspace.value()});
  if (!refinement.ok()) return refinement.status();
  result->network_ = std::move(network.value());
  result->refinement_ = std::move(refinement.value());
  if (Status status = result->checkPorts(); !status.ok()) return status;
  for (size_t i = 0; i < std::size(result->results_); ++i) {
    result->results_[i] = FloatBuffer(result->network_->outputs()[i].elementCount());
    if (!result->results_[i]) return outOfMemory("activations");
  }
  result->logOdds_ = FloatBuffer(result->refinement_->outputs()[0].elementCount());
  if (!result->logOdds_) return outOfMemory("activations");
  return result;
}

Status NotesNetwork::checkPorts() const {
  const std::vector<nn::Port>& inputs = network_->inputs();
  if (inputs.size() != kInputs) {
    return badModel("divisi.graph: " + std::to_string(inputs.size()) +
                    " inputs; expected 2: of the spectrum, and of activations");
  }
  const HarmonicSpectrumOptions& spectrum = document_.spectrum;
  const int64_t columns = axis(spectrum.columns);
  const int64_t pitches = axis(document_.pitches());
  const int64_t heard = axis(document_.refinement.columns);
  Status status =
      expectShape(inputs[0], {columns, axis(spectrum.bins), axis(spectrum.harmonics.size())});
  if (status.ok()) status = expectShape(inputs[1], {heard, pitches, axis(kHeard)});
  const std::vector<nn::Port>& outputs = network_->outputs();
  if (status.ok()) status = expectShape(outputs[0], {columns, pitches});
  if (status.ok()) status = expectShape(outputs[1], {columns, pitches});
  if (status.ok()) status = expectShape(outputs[2], {columns, axis(spectrum.bins)});
  if (status.ok()) {
    status = expectShape(refinement_->outputs()[0], {heard, pitches, axis(kLogOdds)});
  }
  return status;
}

Status NotesNetwork::run(const FloatBuffer& seen) {
  const float* const inputs[] = {seen.data(), nullptr};
  float* const outputs[] = {results_[0].data(), results_[1].data(), results_[2].data()};
  return network_->run(inputs, outputs);
}

Status NotesNetwork::refine(const FloatBuffer& heard) {
  const float* const inputs[] = {nullptr, heard.data()};
  float* const outputs[] = {logOdds_.data()};
  return refinement_->run(inputs, outputs);
}

}  // namespace divisi::notes
