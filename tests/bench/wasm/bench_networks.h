// BenchNetworks: a model's networks without anything around them, for the bench's Workers.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/float_buffer.h"
#include "divisi/model.h"
#include "nn/network/network.h"
#include "staging.h"

namespace divisi::wasm {

/// Compiles the wanted outputs of a graph as the engine does: a separation model's one network
/// after another with scratch memory in common, a tagging model's all in one.
class BenchNetworks {
 public:
  /// @param bytes a model file, not needed afterwards. @param oneEach a network for each output.
  BenchNetworks(const ByteBuffer& bytes, const StringList& outputs, bool oneEach) {
    status_ = open(bytes, emscripten::vecFromJSArray<std::string>(outputs), oneEach);
  }

  [[nodiscard]] StatusValue status() const { return toValue(status_); }
  /// @param name of an input that some of the networks read; others have an empty view.
  [[nodiscard]] Float32View inputView(const std::string& name) {
    FloatBuffer& input = inputs_[name];
    return viewOf(input.data(), input.size());
  }
  [[nodiscard]] Float32View outputView(size_t i) {
    return viewOf(outputs_[i].data(), outputs_[i].size());
  }

  StatusValue run() {
    for (Entry& entry : networks_) {
      if (Status status = entry.network->run(entry.inputs, entry.outputs); !status.ok()) {
        return toValue(status);
      }
    }
    return {};
  }

 private:
  struct Entry {
    std::unique_ptr<nn::Network> network;
    std::vector<const float*> inputs;
    std::vector<float*> outputs;
  };

  Status open(const ByteBuffer& bytes, const std::vector<std::string>& outputs, bool oneEach) {
    Result<Model> model = Model::open(bytes.span());
    if (!model.ok()) return model.status();
    auto workspace = nn::Workspace::create();
    if (!workspace.ok()) return workspace.status();
    std::vector<std::vector<std::string>> groups;
    if (oneEach) {
      for (const std::string& output : outputs) groups.push_back({output});
    } else {
      groups.push_back(outputs);
    }
    for (const std::vector<std::string>& group : groups) {
      auto network =
          nn::Network::compile(model.value(), {.outputs = group, .workspace = workspace.value()});
      if (!network.ok()) return network.status();
      Entry& entry = networks_.emplace_back();
      for (const nn::Port& port : network.value()->inputs()) {
        FloatBuffer& input = inputs_[port.name];
        if (!input) input = FloatBuffer(port.elementCount());
        entry.inputs.push_back(input.data());
      }
      for (const nn::Port& port : network.value()->outputs()) {
        entry.outputs.push_back(outputs_.emplace_back(port.elementCount()).data());
      }
      entry.network = std::move(network.value());
    }
    return {};
  }

  Status status_;
  std::map<std::string, FloatBuffer> inputs_;
  std::vector<FloatBuffer> outputs_;
  std::vector<Entry> networks_;
};

}  // namespace divisi::wasm
