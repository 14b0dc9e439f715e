// Network: part of a model's graph, compiled to steps that run one after another.
//
//   Status run(const Model& model, std::span<const float* const> in, std::span<float* const> out) {
//     auto network = Network::compile(model, {.outputs = {"vocals"}});
//     if (!network.ok()) return network.status();
//     return network.value()->run(in, out);   // pointers in the order of inputs() and outputs()
//   }
//
// Only the nodes that the wanted outputs need are compiled, so that a model with one network per
// stem can be compiled stem by stem: weights are expanded to float32 for one network at a time,
// then packed for the kernels, and the expanded copies are freed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/float_buffer.h"
#include "divisi/model.h"
#include "divisi/status.h"

namespace divisi::nn {

/// Scratch memory that networks which never run at the same time can share.
class Workspace {
 public:
  static Result<std::shared_ptr<Workspace>> create();
  virtual ~Workspace() = default;
};

/// A tensor at the border of a network: float32, dense, NHWC without the batch axis.
struct Port {
  std::string name;
  std::vector<int64_t> shape;
  [[nodiscard]] size_t elementCount() const;
};

struct NetworkOptions {
  std::vector<std::string> outputs = {};  ///< graph outputs to compute; empty: all
  /// Replaces the graph's own input shapes (same order and rank); empty: as in the file.
  std::vector<std::vector<int64_t>> inputShapes = {};
  std::shared_ptr<Workspace> workspace = {};  ///< null: one of its own
  /// Keeps room for the ports' tensors where the network's other tensors lie while these are not
  /// needed (Network::inputPlaces()), so that they take next to no memory. Not together with
  /// `workspace`: another network's run would overwrite them.
  bool placesPorts = false;
};

/// What a network keeps from one run to the next of one stream, apart from the network, which many
/// streams share. Empty for most networks: nodes with `carriesState` have some.
class NetworkState {
 public:
  NetworkState() = default;
  explicit NetworkState(FloatBuffer values) : values_(std::move(values)) {}

  /// A new stream begins.
  void reset() { std::ranges::fill(values_.span(), 0.0F); }

  [[nodiscard]] std::span<float> values() { return values_.span(); }

 private:
  FloatBuffer values_;
};

class Network {
 public:
  /// @return kBadModel (with the node's index and output name), kUnsupported, kOutOfMemory.
  static Result<std::unique_ptr<Network>> compile(const Model& model,
                                                  const NetworkOptions& options = {});
  virtual ~Network() = default;

  [[nodiscard]] virtual const std::vector<Port>& inputs() const = 0;
  [[nodiscard]] virtual const std::vector<Port>& outputs() const = 0;

  /// With `placesPorts`, where inputs and outputs can lie, else empty: FloatBuffers' memory for
  /// run(). A run destroys what lies in the inputs' places, and outputs stay until inputs are
  /// written.
  [[nodiscard]] virtual const std::vector<float*>& inputPlaces() const = 0;
  [[nodiscard]] virtual const std::vector<float*>& outputPlaces() const = 0;

  /// The state of a stream that begins.
  /// @return kOutOfMemory
  [[nodiscard]] virtual Result<NetworkState> createState() const = 0;

  /// Runs once. Pointers must be FloatBuffers' (float_buffer.h: aligned, with room for the vector
  /// over-read of XNNPACK) and are borrowed for the call. Passing the same pointers again is
  /// cheaper than changing them.
  /// @param state of createState(): what the stream's run before left, and what this one leaves for
  /// the next. Null: this run is a whole stream.
  [[nodiscard]] virtual Status run(std::span<const float* const> inputs,
                                   std::span<float* const> outputs, NetworkState* state) = 0;
  [[nodiscard]] Status run(std::span<const float* const> inputs, std::span<float* const> outputs) {
    return run(inputs, outputs, nullptr);
  }
};

}  // namespace divisi::nn
