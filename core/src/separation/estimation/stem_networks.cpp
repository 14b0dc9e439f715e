#include "separation/estimation/stem_networks.h"

#include <string>
#include <utility>

#include "base/text.h"
#include "nn/graph/shape.h"

namespace divisi::separation {

StemNetworks::StemNetworks(SeparationDocument document) : document_(std::move(document)) {}

Result<std::shared_ptr<StemNetworks>> StemNetworks::compile(const Model& model,
                                                            SeparationDocument document) {
  std::shared_ptr<StemNetworks> result(new StemNetworks(std::move(document)));
  auto workspace = nn::Workspace::create();
  if (!workspace.ok()) return workspace.status();

  const SeparationDocument& given = result->document_;
  const std::vector<int64_t> shape = {given.chunkColumns, given.bins, given.channels};
  const size_t elements = static_cast<size_t>(given.chunkColumns) *
                          static_cast<size_t>(given.bins) * static_cast<size_t>(given.channels);
  result->input_ = FloatBuffer(elements);
  bool allocated = static_cast<bool>(result->input_);
  for (const std::string& stem : given.stems) {
    // One stem after another, so that only one network's weights are unpacked at a time.
    auto network = nn::Network::compile(
        model, {.outputs = {stem}, .inputShapes = {shape}, .workspace = workspace.value()});
    if (!network.ok()) return network.status();
    const nn::Port& output = network.value()->outputs().front();
    if (network.value()->inputs().size() != 1 || output.shape != shape) {
      return badModel("divisi.graph: stem " + quote(stem) + " has " +
                      std::to_string(network.value()->inputs().size()) +
                      " inputs and an output of shape " + nn::shapeText(output.shape) +
                      "; expected 1 input and both of shape " + nn::shapeText(shape));
    }
    result->networks_.push_back(std::move(network.value()));
    result->estimates_.emplace_back(elements);
    allocated = allocated && static_cast<bool>(result->estimates_.back());
  }
  if (!allocated) return outOfMemory("a chunk's magnitudes");
  return result;
}

Status StemNetworks::run() {
  const float* const inputs[] = {input_.data()};
  for (size_t stem = 0; stem < networks_.size(); ++stem) {
    float* const outputs[] = {estimates_[stem].data()};
    if (Status status = networks_[stem]->run(inputs, outputs); !status.ok()) return status;
  }
  return {};
}

}  // namespace divisi::separation
