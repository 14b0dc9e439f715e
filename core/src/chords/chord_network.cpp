#include "chords/chord_network.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "base/text.h"
#include "nn/graph/shape.h"

namespace divisi::chords {
namespace {

constexpr size_t kBassNotes = 13;

Status expectShape(const nn::Port& port, const std::vector<int64_t>& shape) {
  if (port.shape == shape) return {};
  return badModel("divisi.graph: " + quote(port.name) + " has the shape " +
                  nn::shapeText(port.shape) + "; expected " + nn::shapeText(shape));
}

int64_t axis(size_t count) { return static_cast<int64_t>(count); }

}  // namespace

Result<std::shared_ptr<ChordNetwork>> ChordNetwork::compile(const Model& model,
                                                            ChordDocument document) {
  std::shared_ptr<ChordNetwork> result(new ChordNetwork(std::move(document)));
  const ChordDocument& given = result->document_;
  // The parts never run at the same time.
  auto workspace = nn::Workspace::create();
  if (!workspace.ok()) return workspace.status();
  Status status = result->compilePart(model, 0, {given.front}, workspace.value());
  size_t input = 1;
  for (const BothWays& layer : given.layers) {
    if (status.ok()) {
      status = result->compilePart(model, input, {layer.forward}, workspace.value());
    }
    if (status.ok()) {
      status = result->compilePart(model, input, {layer.backward}, workspace.value());
    }
    ++input;
  }
  if (status.ok()) {
    status = result->compilePart(model, input, {given.chords, given.bass}, workspace.value());
  }
  if (status.ok()) status = result->checkPorts();
  if (!status.ok()) return status;
  size_t largest = 0;
  for (const Part& part : result->parts_) {
    largest = std::max(largest, part.network->inputs()[part.input].elementCount());
  }
  result->input_ = FloatBuffer(largest);
  if (!result->input_) return outOfMemory("the network's input");
  return result;
}

Status ChordNetwork::compilePart(const Model& model, size_t input, std::vector<std::string> outputs,
                                 const std::shared_ptr<nn::Workspace>& workspace) {
  auto network =
      nn::Network::compile(model, {.outputs = std::move(outputs), .workspace = workspace});
  if (!network.ok()) return network.status();
  Part part = {.network = std::move(network.value()), .input = input};
  const size_t inputs = document_.layers.size() + 2;
  if (part.network->inputs().size() != inputs) {
    return badModel("divisi.graph: " + std::to_string(part.network->inputs().size()) +
                    " inputs; expected " + std::to_string(inputs) +
                    ": the front's, one for each layer, and that of chords and bass");
  }
  for (const nn::Port& port : part.network->outputs()) {
    part.results.emplace_back(port.elementCount());
    if (!part.results.back()) return outOfMemory("the network's results");
    // Rows of a song are copied from one part to the next by their width.
    if (port.shape.size() == 2 && port.shape[0] == axis(document_.frames)) continue;
    return badModel("divisi.graph: " + quote(port.name) + " has the shape " +
                    nn::shapeText(port.shape) + "; expected " + std::to_string(document_.frames) +
                    " rows");
  }
  parts_.push_back(std::move(part));
  return {};
}

size_t ChordNetwork::widthOf(size_t part) const {
  return static_cast<size_t>(parts_[part].network->outputs()[0].shape[1]);
}

Status ChordNetwork::checkPorts() const {
  const std::vector<nn::Port>& inputs = parts_[0].network->inputs();
  const audio::ConstantQOptions& constantQ = document_.constantQ;
  const int bins = (constantQ.octaves - 1) * constantQ.binsPerOctave;
  Status status = expectShape(inputs[0], {axis(document_.frames + 2 * document_.context), bins, 2});
  size_t width = widthOf(0);
  for (size_t layer = 0; status.ok() && layer < document_.layers.size(); ++layer) {
    status = expectShape(inputs[layer + 1], {axis(document_.frames), axis(width)});
    width = widthOf(2 * layer + 1) + widthOf(2 * layer + 2);
  }
  if (status.ok()) status = expectShape(inputs.back(), {axis(document_.frames), axis(width)});
  const std::vector<nn::Port>& outputs = parts_.back().network->outputs();
  if (status.ok()) {
    status = expectShape(outputs[0], {axis(document_.frames), axis(document_.labels.size())});
  }
  if (status.ok()) status = expectShape(outputs[1], {axis(document_.frames), axis(kBassNotes)});
  return status;
}

Status ChordNetwork::makeRows(size_t frames, size_t width, Rows& rows) const {
  if (width > SIZE_MAX / sizeof(float) / std::max<size_t>(frames, 1)) {
    return outOfMemory("the chords of the song");
  }
  rows = {.values = FloatBuffer(frames * width), .width = width};
  return rows.values ? Status() : outOfMemory("the chords of the song");
}

Status ChordNetwork::run(const SongSpectrum& song, const Consumer& consumer) {
  Rows rows;
  Status status = runFront(song, rows);
  for (size_t layer = 0; status.ok() && layer < document_.layers.size(); ++layer) {
    status = runLayer(layer, song.frames(), rows);
  }
  return status.ok() ? runHeads(song.frames(), rows, consumer) : status;
}

Status ChordNetwork::runPart(Part& part, nn::NetworkState* state) {
  std::vector<const float*> inputs(part.network->inputs().size(), nullptr);
  inputs[part.input] = input_.data();
  std::vector<float*> outputs;
  for (FloatBuffer& result : part.results) outputs.push_back(result.data());
  return part.network->run(inputs, outputs, state);
}

Status ChordNetwork::runFront(const SongSpectrum& song, Rows& rows) {
  const size_t frames = song.frames();
  const size_t context = document_.context;
  const size_t features = 2 * song.width();
  if (Status status = makeRows(frames, widthOf(0), rows); !status.ok()) return status;
  for (size_t first = 0; first < frames; first += document_.frames) {
    for (size_t row = 0; row < document_.frames + 2 * context; ++row) {
      float* to = input_.data() + row * features;
      // Before the song and behind it the network saw zeros where features are, in training too.
      const size_t frame = first + row;
      if (frame < context || frame - context >= frames) {
        std::fill_n(to, features, 0.0F);
      } else {
        song.features(frame - context, document_.features, to);
      }
    }
    if (Status status = runPart(parts_[0], nullptr); !status.ok()) return status;
    const size_t count = std::min(document_.frames, frames - first);
    std::copy_n(parts_[0].results[0].data(), count * rows.width,
                rows.values.data() + first * rows.width);
  }
  return {};
}

Status ChordNetwork::runLayer(size_t layer, size_t frames, Rows& rows) {
  const size_t forward = 2 * layer + 1;
  Rows result;
  Status status = makeRows(frames, widthOf(forward) + widthOf(forward + 1), result);
  if (status.ok()) {
    status = runDirection(parts_[forward], false, frames, rows, result.values.data(), result.width);
  }
  if (status.ok()) {
    status = runDirection(parts_[forward + 1], true, frames, rows,
                          result.values.data() + widthOf(forward), result.width);
  }
  rows = std::move(result);
  return status;
}

Status ChordNetwork::runDirection(Part& part, bool backward, size_t frames, const Rows& from,
                                  float* to, size_t stride) {
  auto state = part.network->createState();
  if (!state.ok()) return state.status();
  const auto frameOf = [&](size_t step) { return backward ? frames - 1 - step : step; };
  const size_t width = part.results[0].size() / document_.frames;
  for (size_t first = 0; first < frames; first += document_.frames) {
    const size_t count = std::min(document_.frames, frames - first);
    for (size_t i = 0; i < count; ++i) {
      std::copy_n(from.values.data() + frameOf(first + i) * from.width, from.width,
                  input_.data() + i * from.width);
    }
    // Behind the last step there is no other that could hear what is left over there.
    if (Status status = runPart(part, &state.value()); !status.ok()) return status;
    for (size_t i = 0; i < count; ++i) {
      std::copy_n(part.results[0].data() + i * width, width, to + frameOf(first + i) * stride);
    }
  }
  return {};
}

Status ChordNetwork::runHeads(size_t frames, const Rows& rows, const Consumer& consumer) {
  Part& heads = parts_.back();
  const size_t labels = document_.labels.size();
  for (size_t first = 0; first < frames; first += document_.frames) {
    const size_t count = std::min(document_.frames, frames - first);
    std::copy_n(rows.values.data() + first * rows.width, count * rows.width, input_.data());
    if (Status status = runPart(heads, nullptr); !status.ok()) return status;
    for (size_t i = 0; i < count; ++i) {
      Status status = consumer({heads.results[0].data() + i * labels, labels},
                               {heads.results[1].data() + i * kBassNotes, kBassNotes});
      if (!status.ok()) return status;
    }
  }
  return {};
}

}  // namespace divisi::chords
