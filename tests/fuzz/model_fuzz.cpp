// libFuzzer target: Model::open on hostile files, and Network::compile and run() on what it
// accepts.
//
// The first byte of an input says what the rest is, because random bytes seldom get past a length
// and two layers of JSON:
//   'g'  the text of divisi.graph; the file around it has every tensor a graph may name (kTensors)
//   'h'  the text of the header; its length and zeros as tensor data are added
//   else the rest is a whole file
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/float_buffer.h"
#include "divisi/model.h"
#include "nn/model/model_file.h"
#include "nn/network/network.h"
#include "nn/operators/operator.h"

namespace {

using nlohmann::json;

struct StoredTensor {
  const char* name;
  std::vector<int64_t> shape;
  const char* dtype = "F16";
};

size_t elementBytes(const StoredTensor& tensor) {
  const std::string_view dtype = tensor.dtype;
  if (dtype == "F32") return 4;
  return dtype == "I8" ? 1 : 2;
}

// Seeds and the dictionary use these names.
const std::vector<StoredTensor>& storedTensors() {
  static const std::vector<StoredTensor> tensors = {
      {"k4", {4, 3, 3, 2}},
      {"k1", {1, 5, 5, 4}},
      {"k2", {2, 1, 1, 1}},
      {"d3", {3, 8}},
      {"v1", {1}},
      {"v2", {2}},
      {"v3", {3}},
      {"v4", {4}},
      {"q4", {4, 3, 3, 2}, "I8"},
      {"q4.scale", {4}, "F32"},
      {"q3", {3, 8}, "I8"},
      {"q3.scale", {3}, "F32"},
      {"w8", {8, 3}},
      {"r8", {8, 2}},
      {"v8", {8}},
      {"w6", {6, 3}},
      {"r6", {6, 2}},
      {"v6", {6}},
  };
  return tensors;
}

void append(std::vector<std::byte>& file, std::string_view text) {
  for (const char c : text) file.push_back(static_cast<std::byte>(c));
}

std::vector<std::byte> fileOf(const std::string& header, const std::vector<std::byte>& data) {
  std::array<char, 8> length = {};
  const auto size = static_cast<uint64_t>(header.size());
  std::memcpy(length.data(), &size, sizeof(size));
  std::vector<std::byte> file;
  append(file, {length.data(), length.size()});
  append(file, header);
  file.insert(file.end(), data.begin(), data.end());
  return file;
}

std::vector<std::byte> fileOfGraph(std::string_view graph) {
  json header;
  header["__metadata__"] = {{"divisi.task", R"({"version":1,"task":"test"})"},
                            {"divisi.graph", std::string(graph)},
                            {"divisi.card", R"({"version":1})"}};
  std::vector<std::byte> data;
  for (const StoredTensor& tensor : storedTensors()) {
    const size_t begin = data.size();
    size_t bytes = elementBytes(tensor);
    for (const int64_t dim : tensor.shape) bytes *= static_cast<size_t>(dim);
    // Zeros, but for the scales: those must be above 0, or no such graph would ever run.
    data.resize(begin + bytes);
    const float one = 1;
    for (size_t at = begin; elementBytes(tensor) == sizeof(one) && at < data.size();
         at += sizeof(one)) {
      std::memcpy(&data[at], &one, sizeof(one));
    }
    header[tensor.name] = {
        {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {begin, data.size()}}};
  }
  // Invalid UTF-8 in the graph must reach the core, so nothing may throw here.
  return fileOf(header.dump(-1, ' ', false, json::error_handler_t::ignore), data);
}

// Inputs that are legal but would keep the machine busy for seconds teach the fuzzer nothing.
bool isSmall(const divisi::nn::ModelFile& file) {
  constexpr size_t kMostElements = size_t{1} << 18U;
  constexpr size_t kMostNodes = 64;
  if (file.graph.nodes.size() > kMostNodes) return false;
  const auto inputs = file.graph.ownInputShapes();
  const auto shapes = divisi::nn::inferShapes(file.graph, inputs);
  size_t total = 0;
  for (const auto& shape : shapes.value()) {
    const auto elements = divisi::nn::product(shape);
    total += elements ? static_cast<size_t>(*elements) : 0;
    if (total > kMostElements) return false;
  }
  for (const auto& node : file.graph.nodes) {
    size_t work = static_cast<size_t>(*divisi::nn::product(shapes.value()[node.output]));
    for (const int64_t extent : node.attributes.size) work *= static_cast<size_t>(extent);
    for (const int64_t extent : node.attributes.stride) work *= static_cast<size_t>(extent);
    // What the products of two values sum over, at most: an axis of the second one.
    if (node.inputs.size() > 1) {
      work *= static_cast<size_t>(*std::ranges::max_element(shapes.value()[node.inputs[1]]));
    }
    if (work > kMostElements * 16) return false;
  }
  return true;
}

void check(bool ok, const std::string& what) {
  if (ok) return;
  std::fprintf(stderr, "model_fuzz: %s\n", what.c_str());
  std::abort();
}

void compileAndRun(const divisi::Model& model) {
  auto network = divisi::nn::Network::compile(model);
  if (!network.ok()) {
    // A file that open() accepted may still have a weight that is not a number, or be more than
    // this build can do. A fault of our own it must not be.
    check(network.status().code() != divisi::StatusCode::kInternal, network.status().message());
    return;
  }
  std::vector<divisi::FloatBuffer> buffers;
  std::vector<const float*> inputs;
  std::vector<float*> outputs;
  for (const auto& port : network.value()->inputs()) {
    buffers.emplace_back(port.elementCount());
    inputs.push_back(buffers.back().data());
  }
  for (const auto& port : network.value()->outputs()) {
    buffers.emplace_back(port.elementCount());
    outputs.push_back(buffers.back().data());
  }
  const divisi::Status status = network.value()->run(inputs, outputs);
  // Only an embedding may refuse a value, which no check at loading can see.
  check(status.ok() || status.code() == divisi::StatusCode::kBadModel, status.message());
}

}  // namespace

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {  // NOLINT
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::vector<std::byte> file;
  if (data[0] == 'g') {
    file = fileOfGraph(rest);
  } else if (data[0] == 'h') {
    file = fileOf(std::string(rest), std::vector<std::byte>(64));
  } else {
    append(file, rest);
  }
  const auto model = divisi::Model::open(file);
  if (!model.ok()) {
    check(!model.status().message().empty(), "an error without a message");
    check(model.status().code() != divisi::StatusCode::kInternal, model.status().message());
    return 0;
  }
  if (isSmall(model.value().file())) compileAndRun(model.value());
  return 0;
}
