// Runs a model file's network once on numbers from files, without its task: how the importer
// checks what it has made.
//
//   cmake --build --preset native --target divisi_run_network
//   build/native/divisi_run_network MODEL --in NAME=FILE... --out NAME=FILE...
//
// Files are raw float32, little-endian, in C order, of the shapes of the graph's inputs and
// outputs.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/float_buffer.h"
#include "divisi/model.h"
#include "nn/network/network.h"

namespace divisi::tools {
namespace {

using Files = std::map<std::string, std::string>;

struct Arguments {
  std::string model;
  Files inputs;
  Files outputs;
};

std::optional<Arguments> parse(std::span<char*> words) {
  Arguments arguments;
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string word = words[i];
    if (word == "--in" || word == "--out") {
      if (i + 1 == words.size()) return std::nullopt;
      const std::string pair = words[++i];
      // The last: a name may hold one, a file's name chosen by the caller need not.
      const size_t equals = pair.rfind('=');
      if (equals == std::string::npos) return std::nullopt;
      Files& files = word == "--in" ? arguments.inputs : arguments.outputs;
      files[pair.substr(0, equals)] = pair.substr(equals + 1);
    } else if (arguments.model.empty()) {
      arguments.model = word;
    } else {
      return std::nullopt;
    }
  }
  if (arguments.model.empty()) return std::nullopt;
  return arguments;
}

Status failure(const std::string& what) { return {StatusCode::kBadOption, what}; }

Result<std::vector<std::byte>> readAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return failure(path + ": cannot be opened");
  std::vector<std::byte> bytes(static_cast<size_t>(file.tellg()));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file) return failure(path + ": cannot be read");
  return bytes;
}

/// A buffer for each port, in the ports' order.
Result<std::vector<FloatBuffer>> makeBuffers(const std::vector<nn::Port>& ports) {
  std::vector<FloatBuffer> buffers;
  for (const nn::Port& port : ports) {
    buffers.emplace_back(port.elementCount());
    if (!buffers.back()) return failure("there is no memory for " + port.name);
  }
  return buffers;
}

Status readInput(const nn::Port& port, const Files& files, FloatBuffer& buffer) {
  const auto file = files.find(port.name);
  if (file == files.end()) return failure("the input " + port.name + " is missing");
  auto bytes = readAll(file->second);
  if (!bytes.ok()) return bytes.status();
  const size_t wanted = buffer.size() * sizeof(float);
  if (bytes.value().size() != wanted) {
    return failure(file->second + ": has " + std::to_string(bytes.value().size()) + " bytes, the " +
                   "input " + port.name + " needs " + std::to_string(wanted));
  }
  std::copy(bytes.value().begin(), bytes.value().end(),
            reinterpret_cast<std::byte*>(buffer.data()));
  return {};
}

Status writeOutput(const nn::Port& port, const Files& files, const FloatBuffer& buffer) {
  const auto file = files.find(port.name);
  if (file == files.end()) return {};
  std::ofstream out(file->second, std::ios::binary);
  out.write(reinterpret_cast<const char*>(buffer.data()),
            static_cast<std::streamsize>(buffer.size() * sizeof(float)));
  out.close();
  return out ? Status() : failure(file->second + ": cannot be written");
}

Status runNetwork(const Arguments& arguments) {
  auto bytes = readAll(arguments.model);
  if (!bytes.ok()) return bytes.status();
  auto model = Model::open(bytes.value());
  if (!model.ok()) return model.status();
  auto compiled = nn::Network::compile(model.value());
  if (!compiled.ok()) return compiled.status();
  nn::Network& network = *compiled.value();
  auto inputs = makeBuffers(network.inputs());
  if (!inputs.ok()) return inputs.status();
  auto outputs = makeBuffers(network.outputs());
  if (!outputs.ok()) return outputs.status();
  std::vector<const float*> in;
  std::vector<float*> out;
  for (size_t i = 0; i < network.inputs().size(); ++i) {
    FloatBuffer& buffer = inputs.value()[i];
    if (Status status = readInput(network.inputs()[i], arguments.inputs, buffer); !status.ok()) {
      return status;
    }
    in.push_back(buffer.data());
  }
  for (FloatBuffer& buffer : outputs.value()) out.push_back(buffer.data());
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t startClock = std::clock();
  if (Status status = network.run(in, out); !status.ok()) return status;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  // On a busy machine the processor's time says more than the clock's.
  const double processor = static_cast<double>(std::clock() - startClock) / CLOCKS_PER_SEC;
  std::printf("ran in %.3f s, %.3f s of processor time\n", took.count(), processor);
  for (size_t i = 0; i < network.outputs().size(); ++i) {
    const nn::Port& port = network.outputs()[i];
    if (Status status = writeOutput(port, arguments.outputs, outputs.value()[i]); !status.ok()) {
      return status;
    }
  }
  return {};
}

}  // namespace
}  // namespace divisi::tools

int main(int count, char** words) {
  const auto arguments = divisi::tools::parse({words, static_cast<size_t>(count)});
  if (!arguments) {
    std::fputs("usage: divisi_run_network MODEL --in NAME=FILE... --out NAME=FILE...\n", stderr);
    return 2;
  }
  const divisi::Status status = divisi::tools::runNetwork(*arguments);
  if (status.ok()) return 0;
  std::fprintf(stderr, "divisi_run_network: %s\n", status.message().c_str());
  return 1;
}
